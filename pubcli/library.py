"""One .bib file and the edits planned for it: open, find, mark, change, and the file change that results.

Knows which field holds which mark. Writes nothing: `changes()` is the plan, `pubcli.changes` carries it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pubcli.bibtex import latex
from pubcli.bibtex.bibfile import MONTHS, BibFile, Entry, Raw
from pubcli.bibtex.encoding import Text, decode_bytes, encode_text
from pubcli.changes import FileChange, read_file
from pubcli.errors import ConflictError, NotFoundError, UsageError, did_you_mean
from pubcli.publication import AWARD_FIELDS, SELECTED_FIELDS, TAG_FIELDS, Publication

if TYPE_CHECKING:
    from pubcli.matching import Index, Match

DEFAULT_AWARD = "Best Paper Award"
_KEY_HINT = "a key has no white space, commas, braces and quotes"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_INHERITED = frozenset(
    {"crossref", "xref", "key", "label", "ids"}
    | {"doi", "eprint", "arxiv", "google_scholar_id", "citationcount"}
    | {*TAG_FIELDS, *AWARD_FIELDS, *SELECTED_FIELDS}
)


class Library:
    """The publications of one .bib file, with the edits made so far and not yet written."""

    def __init__(self, path: Path, before: bytes | None, text: Text, bib: BibFile) -> None:
        self.path = path
        self.bib = bib
        self._before = before
        self._form = replace(text, text="")
        self._original = bib

    @classmethod
    def open(cls, path: Path, *, encoding: str = "") -> Library:
        """Read the library at `path`; NotFoundError where there is none, UnreadableError for no text."""
        before = read_file(path)
        if before is None:
            raise NotFoundError(
                f"there is no library {path}", hint="`pubcli init` makes one; `--library PATH` names another"
            )
        text = decode_bytes(before, encoding, path=path)
        return cls(path, before, text, BibFile.parse(text.text))

    @classmethod
    def empty(cls, path: Path) -> Library:
        """A library that is not on disk yet; `changes()` creates it, even without a publication."""
        return cls(path, None, decode_bytes(b"", path=path), BibFile.parse(""))

    @property
    def publications(self) -> tuple[Publication, ...]:
        """Every entry that can be read, in file order, entries with a doubled key included."""
        if self._publications_of is not self.bib:
            self._publications_of = self.bib
            self._publications = tuple(_publications(self.bib))
        return self._publications

    _publications_of: BibFile | None = None
    _publications: tuple[Publication, ...] = ()
    _index: Index | None = None

    def publication(self, key: str) -> Publication:
        """The publication with exactly this key."""
        entry = self.bib.entry(key)
        values = _inherited(self.bib.values(entry), self._parents)
        return Publication(entry.key, entry.entry_type, values, entry.line)

    @property
    def _parents(self) -> Callable[[str], dict[str, str] | None]:
        return _Parents(self.bib).values

    @property
    def writes_latex(self) -> bool:
        """Whether its accents are written as LaTeX: it holds some, and no letter beyond ASCII."""
        return self.bib.text.isascii() and re.search(r"\\(?:[`'^\"~=.]|[cuvHk]\b)", self.bib.text) is not None

    # --- finding -------------------------------------------------------------------------------

    def find(self, wanted: str) -> str:
        """The key meant by `wanted`: a key, an unambiguous start of one, or a unique part of a title.

        ConflictError where several are meant, NotFoundError with the nearest keys where none is.
        """
        keys = [entry.key for entry in self.bib.entries]
        if wanted in keys:
            return self.bib.entry(wanted).key
        folded = wanted.casefold().strip()
        for candidates in (self._starting_with(folded, keys), self._titled(folded)):
            if len(candidates) == 1:
                return self.bib.entry(next(iter(candidates))).key
            if candidates:
                raise ConflictError(
                    f"'{wanted}' could be {_listed(candidates)}",
                    hint="give the whole key, or more of the title",
                )
        raise self._unknown(wanted, keys)

    def find_all(self, wanted: Iterable[str]) -> list[str]:
        """The keys meant, in the order given, each once."""
        return list(dict.fromkeys(self.find(word) for word in wanted))

    def exact(self, key: str) -> str:
        """`key` itself where an entry has it; for commands that take no abbreviation."""
        keys = [entry.key for entry in self.bib.entries]
        if key not in keys:
            raise self._unknown(key, keys)
        return key

    def _starting_with(self, folded: str, keys: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(key for key in keys if folded and key.casefold().startswith(folded)))

    def _titled(self, folded: str) -> list[str]:
        if not folded:
            return []
        return list(dict.fromkeys(p.key for p in self.publications if folded in p.title.casefold()))

    def _unknown(self, wanted: str, keys: Sequence[str]) -> NotFoundError:
        hint = did_you_mean(wanted, keys) or "`pubcli list` shows the keys"
        return NotFoundError(f"no entry has the citation key '{wanted}'", hint=hint)

    def same_as(self, record: Publication) -> list[Match]:
        """The publications that `record` may be, surest first (see `pubcli.matching`)."""
        from pubcli.matching import Index

        self._index = Index(self.publications, self._index)
        return self._index.find(record)

    # --- editing -------------------------------------------------------------------------------

    def set_field(self, key: str, name: str, value: str) -> None:
        """Set one field to a BibTeX value without its outer braces; an empty value removes the field."""
        if _CONTROL.search(value):
            raise UsageError(
                f"the value of '{name}' holds control characters: {value}", hint="leave them out"
            )
        if value:
            self.bib = self.bib.with_field(key, name, value)
        elif self.bib.entry(key).field(name):
            self.bib = self.bib.without_field(key, name)

    def add(self, entry_type: str, fields: Mapping[str, str], key: str) -> None:
        """Add an entry in the style of its neighbour, behind the last one."""
        from pubcli.bibtex.judge import format_entry

        if any(entry.key.casefold() == key.casefold() for entry in self.bib.entries):
            raise ConflictError(f"the key '{key}' is taken", hint="`--key` gives another")
        neighbour = self.bib.entries[-1] if self.bib.entries else None
        values = dict(fields)
        if values.get("month") in MONTHS:
            values["month"] = Raw(values["month"])  # a macro, which styles spell in their own language
        text = format_entry(entry_type, key, values, neighbour=neighbour)
        bib = self.bib.with_entry(text)
        if bib.entries[-1].key != key:
            raise UsageError(f"'{key}' cannot be a citation key", hint=_KEY_HINT)
        self.bib = bib

    def remove(self, key: str) -> None:
        """Take one entry out."""
        self.bib = self.bib.without_entry(key)

    def rename(self, old: str, new: str) -> None:
        """Give an entry another key. ConflictError where the new key is taken."""
        if not new:
            raise UsageError("the new key is empty", hint=_KEY_HINT)
        taken = {entry.key.casefold() for entry in self.bib.entries if entry.key != old}
        if new.casefold() in taken:
            raise ConflictError(f"the key '{new}' is taken", hint="`pubcli list` shows the keys")
        self.bib = self.bib.with_key(old, new)

    def replace(self, key: str, text: str) -> str:
        """Put another text in the place of an entry's own; returns the key it has then."""
        before = {entry.key for entry in self.bib.entries}
        self.bib = self.bib.with_entry_text(key, text)
        return next((entry.key for entry in self.bib.entries if entry.key not in before), key)

    def set_type(self, key: str, entry_type: str) -> None:
        """Change what kind of entry it is."""
        text = self.bib.entry(key).text
        self.replace(key, re.sub(r"@\s*[^\s{(]+", lambda _: f"@{entry_type}", text, count=1))

    def move(
        self, key: str, *, before: str | None = None, after: str | None = None, first: bool = False
    ) -> None:
        """Move an entry before or behind another, to the top, or else to the end."""
        last = not first and before is None and after is None
        self.bib = self.bib.with_entry_moved(key, before=before, after=after, first=first, last=last)

    def retag(self, key: str, tags: Sequence[str], *, remove: bool = False) -> None:
        """Add tags to a publication, or take them off; with `remove` and no tags, all of them."""
        for tag in tags:
            if "," in tag or not tag.strip() or not tag.isprintable():
                raise UsageError(
                    f"'{tag}' cannot be a tag",
                    hint="a tag is one line of text without commas: give one per -t",
                )
        if remove:
            gone = {tag.strip().casefold() for tag in tags}
            self._take_off(key, TAG_FIELDS, ",", gone)
        else:
            self._append(key, TAG_FIELDS, ", ", tags, self.publication(key).tags)

    def award(self, key: str, text: str = "", *, remove: bool = False) -> None:
        """Note an award, or take off the one named, or all."""
        if ";" in text or not text.isprintable():
            raise UsageError(
                f"'{text}' cannot be one award",
                hint="run `pubcli award` once for each, on one line, without ';'",
            )
        if remove:
            self._take_off(key, AWARD_FIELDS, ";", {text.strip().casefold()} if text.strip() else set())
        else:
            held = [award.text for award in self.publication(key).awards]
            self._append(key, AWARD_FIELDS, "; ", [text.strip() or DEFAULT_AWARD], held)

    def select(self, key: str, *, remove: bool = False) -> None:
        """Highlight a publication, or no longer.

        Always braced and on a line of its own, since al-folio hides the field from visitors only then.
        """
        if not remove and not self.publication(key).selected:
            self.bib = self.bib.with_field(key, SELECTED_FIELDS[0], Raw("{true}"))
        elif remove:
            for name in SELECTED_FIELDS:
                self.set_field(key, name, "")

    def _append(
        self, key: str, names: Sequence[str], joiner: str, new: Iterable[str], held: Collection[str]
    ) -> None:
        known = {text.casefold() for text in held}
        missing = [text.strip() for text in new if text.strip().casefold() not in known]
        if not missing:
            return
        name = self._held_field(key, names)
        value = self.bib.values(self.bib.entry(key)).get(name, "").strip()
        added = joiner.join(dict.fromkeys(_as_value(text) for text in missing))
        self.set_field(key, name, f"{value.rstrip(joiner)}{joiner}{added}" if value else added)

    def _take_off(self, key: str, names: Sequence[str], separator: str, gone: Collection[str]) -> None:
        """Remove the parts that decode to one of `gone` from each field; all of them where none is named."""
        values = self.bib.values(self.bib.entry(key))
        for name in names:
            if name not in values:
                continue
            parts = values[name].split(separator)
            kept = [part for part in parts if gone and latex.decode(part).strip().casefold() not in gone]
            if len(kept) < len(parts):
                self.set_field(key, name, separator.join(kept).strip())

    def _held_field(self, key: str, names: Sequence[str]) -> str:
        values = self.bib.values(self.bib.entry(key))
        return next((name for name in names if values.get(name, "").strip()), names[0])

    # --- the plan ------------------------------------------------------------------------------

    def changes(self) -> list[FileChange]:
        """The file change that carries out the edits so far; none where the text is as it was.

        ConflictError where bibtexparser does not read an added or changed entry as intended.
        """
        unchanged = self.bib.blocks == self._original.blocks  # without joining 10,000 entries twice
        if unchanged and self._before is not None:
            return []
        if self.bib.entries and not unchanged:
            from pubcli.bibtex.judge import judge

            judge(self._original, self.bib)
        return [FileChange(self.path, self._before, encode_text(self.bib.text, self._form, path=self.path))]


class _Parents:
    """The entries that others name in `crossref`, looked up once."""

    def __init__(self, bib: BibFile) -> None:
        self._bib = bib

    @cached_property
    def _by_key(self) -> dict[str, Entry]:
        return {entry.key.casefold(): entry for entry in reversed(self._bib.entries)}

    def values(self, key: str) -> dict[str, str] | None:
        """The values of the entry named `key`, or None."""
        entry = self._by_key.get(key.strip().casefold())
        return self._bib.values(entry) if entry else None


def _publications(bib: BibFile) -> Iterable[Publication]:
    parents = _Parents(bib)
    for entry in bib.entries:
        values = bib.values(entry)
        if "crossref" in values:
            values = _inherited(values, parents.values)
        yield Publication(entry.key, entry.entry_type, values, entry.line)


def _inherited(values: dict[str, str], parent_of: Callable[[str], dict[str, str] | None]) -> dict[str, str]:
    """The values with what `crossref` lends them: BibTeX's missing fields, biblatex's title as booktitle."""
    parent = parent_of(values["crossref"]) if values.get("crossref") else None
    if parent is None:
        return values
    lent = {name: value for name, value in parent.items() if name not in _NOT_INHERITED}
    if title := lent.pop("title", ""):
        lent.setdefault("booktitle", title)
    if "author" not in parent and "author" in values:
        lent.pop("editor", None)
    return lent | values


def _as_value(text: str) -> str:
    """Typed text as a BibTeX value: as it is where it reads back so, or where it is BibTeX already."""
    if "\\" in text or "{" in text or latex.decode(text) == text:
        return text
    return latex.encode(text)


def _listed(keys: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(f"'{key}'" for key in keys[:most])
    return f"{shown} and {len(keys) - most} more" if len(keys) > most else shown
