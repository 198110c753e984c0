"""A PDF of a paper: the identifier in its metadata or on its first page, read by pypdf.

Knows where publishers and arXiv print it; reads no title and no author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pubcli.errors import ConflictError, UnreadableError
from pubcli.importers.sources import Found, Source, in_text, recognise
from pubcli.importers.titles import one_line

if TYPE_CHECKING:
    from pypdf import PdfReader

_HINT = "give its DOI or arXiv id instead, or --title and --author"
_STAMP = re.compile(r"arxiv:\s*(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.I)
_TEMPLATE_DOI = re.compile(r"10\.(?:1145|1109)/n{4,}|10\.\d+/x{4,}|10\.1145/1122445", re.I)


def parse(data: bytes, name: str) -> Found:
    """The source that this PDF is; UnreadableError for what is encrypted, scanned, damaged or has none."""
    import logging
    from io import BytesIO

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends in silence is nobody's business
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(f"{name}: this PDF is encrypted", hint=_HINT)
        sources = _identifiers(reader, name)
    except ImportError:  # encryption that pypdf cannot undo on its own
        raise UnreadableError(f"{name}: this PDF is encrypted", hint=_HINT) from None
    except (
        PyPdfError,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as e:
        raise UnreadableError(
            f"{name}: this PDF is damaged: {one_line(str(e)) or type(e).__name__}", hint=_HINT
        ) from None
    return Found(further=(sources,))


def _identifiers(reader: PdfReader, name: str) -> Source:
    metadata = _first_doi(in_text(text) for text in _metadata(reader))
    if metadata is not None:
        return metadata
    if not reader.pages:
        raise UnreadableError(f"{name}: this PDF has no pages", hint=_HINT)
    text = reader.pages[0].extract_text()
    if not text.strip():
        raise UnreadableError(f"{name}: the first page of this PDF holds no text, as a scan does", hint=_HINT)
    if (stamp := _STAMP.search(text)) and (source := recognise(stamp[0])):
        return source
    # A DOI broken at the end of a line is joined only by guessing, so it is not.
    found = [source for source in in_text(text) if not _TEMPLATE_DOI.search(source.id)]
    best = [source for source in found if source.kind == "DOI"] or found
    if not best:
        raise UnreadableError(
            f"{name}: there is no DOI or arXiv id on the first page of this PDF", hint=_HINT
        )
    if len(best) > 1:
        listed = ", ".join(source.id for source in best)
        raise ConflictError(
            f"{name}: the first page of this PDF names several: {listed}", hint="give the one it is"
        )
    return best[0]


def _metadata(reader: PdfReader) -> Iterator[str]:
    for value in (reader.metadata or {}).values():
        yield one_line(str(value))
    if (xmp := reader.xmp_metadata) is not None:
        yield one_line(
            " ".join(re.findall(r"doi>\s*([^<\s]+)\s*</", xmp.stream.get_data().decode("utf-8", "replace")))
        )


def _first_doi(found: Iterable[list[Source]]) -> Source | None:
    for sources in found:
        for source in sources:
            if source.kind in ("DOI", "arXiv") and not _TEMPLATE_DOI.search(source.id):
                return source
    return None
