"""Names in author fields, by BibTeX's rules and as they are found in the wild."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.bibtex.latex import decode
from pubcli.bibtex.names import Name, NameList, parse_names, split_names

ONE_NAME = [
    ("Qingrong Xia", Name("Qingrong", "", "Xia")),
    ("Xia, Qingrong", Name("Qingrong", "", "Xia")),
    ("Ludwig van Beethoven", Name("Ludwig", "van", "Beethoven")),
    ("van Beethoven, Ludwig", Name("Ludwig", "van", "Beethoven")),
    ("de la Vall{\\'e}e Poussin, Charles", Name("Charles", "de la", "Vallée Poussin")),
    ("Charles Louis de la Vall{\\'e}e Poussin", Name("Charles Louis", "de la", "Vallée Poussin")),
    ("van der Berg, Jr., Jan", Name("Jan", "van der", "Berg", "Jr.")),
    ("Berg, III, Jan", Name("Jan", "", "Berg", "III")),
    ("Jan Berg Jr.", Name("Jan", "", "Berg", "Jr.")),
    ("Berg Jr., Jan", Name("Jan", "", "Berg", "Jr.")),
    ("Berg, Jan, Jr.", Name("Jan", "", "Berg", "Jr.")),
    ("Jan Berg, Jr.", Name("Jan", "", "Berg", "Jr.")),
    ("Madonna", Name("", "", "Madonna")),
    ("danah boyd", Name("", "danah", "boyd")),
    ("Jean d'Ormesson", Name("Jean", "", "d'Ormesson")),
    ("Ali al-Farsi", Name("Ali", "", "al-Farsi")),
    ("Qing-Rong Xia", Name("Qing-Rong", "", "Xia")),
    ("J.~R.~R. Tolkien", Name("J. R. R.", "", "Tolkien")),
    ("Tolkien, J.\\,R.", Name("J. R.", "", "Tolkien")),
    ("{Xia}, {Q.}", Name("Q.", "", "Xia")),
    ("{van} Berg, Jan", Name("Jan", "", "van Berg")),
    ("{Simon {van} Berg}", Name(family="Simon van Berg", literal=True)),
    ("{Barnes and Noble, Inc.}", Name(family="Barnes and Noble, Inc.", literal=True)),
    ("{{Huawei Cloud}}", Name(family="Huawei Cloud", literal=True)),
    ("{\\'E}mile Zola", Name("Émile", "", "Zola")),
    ("{\\'E}", Name("", "", "É")),
    ("{\\L}ukasz Kaiser", Name("Łukasz", "", "Kaiser")),
    ("\\O rsted, Hans", Name("Hans", "", "Ørsted")),
    ("Hans \\O rsted", Name("Hans", "", "Ørsted")),
    ("Mu\\~noz, Ana", Name("Ana", "", "Muñoz")),
    ("\\'Angel Garc\\'ia", Name("Ángel", "", "García")),
    ("\\'{A}ngel Garc{\\'\\i}a", Name("Ángel", "", "García")),
    ("{\\relax Ch}arles Darwin", Name("Charles", "", "Darwin")),
    ("{\\'e}t{\\'e} Xia, Q.", Name("Q.", "été", "Xia")),
    ("夏庆荣", Name("", "", "夏庆荣")),
    ("Xia,  Qingrong,", Name("Qingrong", "", "Xia")),
    ("family=Xia, given=Qingrong", Name("Qingrong", "", "Xia")),
    ("given={Jan}, prefix=van der, family={Berg, B}, given-i=J, useprefix=true, suffix=Jr",
     Name("Jan", "van der", "Berg, B", "Jr")),
    ('"family=Xia", given=Qingrong', Name("Qingrong", "", "Xia")),
]  # fmt: skip
MARKED = [
    ("\\textbf{Xia, Qingrong}", Name("Qingrong", "", "Xia", highlighted=True)),
    ("\\textbf{Qingrong Xia}", Name("Qingrong", "", "Xia", highlighted=True)),
    ("\\underline{Q. Xia}", Name("Q.", "", "Xia", highlighted=True)),
    ("\\textbf{\\underline{Xia}}, Qingrong", Name("Qingrong", "", "Xia", highlighted=True)),
    ("\\textbf{\\underline{Qingrong Xia}}", Name("Qingrong", "", "Xia", highlighted=True)),
    ("\\textbf{Xia}, \\textbf{Q}.", Name("Q.", "", "Xia", highlighted=True)),
    ("{\\bf Xia, Qingrong}", Name("Qingrong", "", "Xia", highlighted=True)),
    ("\\textcolor{blue}{Xia, Q.}", Name("Q.", "", "Xia", highlighted=True)),
    ("\\myname{Xia, Q.}", Name("Q.", "", "Xia", highlighted=True)),
    ("\\href{https://x.org/a,b}{Xia, Q.}", Name("Q.", "", "Xia")),
    ("\\textsc{Xia, Q.}", Name("Q.", "", "Xia")),
    ("*Qingrong Xia*", Name("Qingrong", "", "Xia", highlighted=True)),
    ("**Qingrong Xia**", Name("Qingrong", "", "Xia", highlighted=True)),
    ("\\textbf{{Huawei Cloud}}", Name(family="Huawei Cloud", literal=True, highlighted=True)),
    ('\\textbf{J{\\"o}rg van {\\O}rsted}', Name("Jörg", "van", "Ørsted", highlighted=True)),
    ("Qingrong Xia*", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia*†", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia\\dag", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia$^{*}$", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia$^\\dagger$", Name("Qingrong", "", "Xia")),
    ("Xia$^{1,2}$, Qingrong", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia\\textsuperscript{1,*}", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia\\textsuperscript{$\\dag$}", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia\\thanks{Equal}", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia¹", Name("Qingrong", "", "Xia")),
    ("Qingrong Xia\\*", Name("Qingrong", "", "Xia")),
    ("\\textbf{Qingrong Xia}\\textsuperscript{*}", Name("Qingrong", "", "Xia", highlighted=True)),
]
XIA, LI = Name("Q.", "", "Xia"), Name("Z.", "", "Li")
LISTS = [
    ("Xia, Q. and Li, Z.", NameList((XIA, LI))),
    ("Xia, Q. AND Li, Z.", NameList((XIA, LI))),
    ("Xia, Q.\n\tand\r\n Li, Z.", NameList((XIA, LI))),
    ("Q. Xia and and Z. Li", NameList((XIA, LI))),
    ("and Q. Xia and Z. Li and", NameList((XIA, LI))),
    ("And Q. Xia And Z. Li And", NameList((XIA, LI))),
    ("Xia, Q. and Li, Z. and others", NameList((XIA, LI), others=True)),
    ("Xia, Q. and Li, Z. and Others", NameList((XIA, LI), others=True)),
    ("Xia, Q. and Li, Z. and et al.", NameList((XIA, LI), others=True)),
    ("Xia, Q. and Li, Z. et al.", NameList((XIA, LI), others=True)),
    ("Xia, Q. and Li, Z., et al", NameList((XIA, LI), others=True)),
    ("Xia, Q. and Li, Z. and ...", NameList((XIA, LI), others=True)),
    ("Xia, Q.; Li, Z.", NameList((XIA, LI))),
    ("Q. Xia; Z. Li; et al.", NameList((XIA, LI), others=True)),
    ("Q. Xia, Z. Li, Q. Xia, Z. Li", NameList((XIA, LI, XIA, LI))),
    ("Xia, Q., Li, Z.", NameList((XIA, LI))),
    ("Alexander Sandor", NameList((Name("Alexander", "", "Sandor"),))),
    ("{Xia and Li} and Z. Li", NameList((Name(family="Xia and Li", literal=True), LI))),
    ("\\textbf{Q. Xia} and Z.~Li", NameList((Name("Q.", "", "Xia", highlighted=True), LI))),
    ("others", NameList((), others=True)),
    ("", NameList()),
    (" , and {} and }{ ", NameList()),
]


@pytest.mark.parametrize(("text", "name"), ONE_NAME + MARKED)
def test_a_name_is_read(text: str, name: Name) -> None:
    assert parse_names(text) == NameList((name,))


@pytest.mark.parametrize(("text", "names"), LISTS)
def test_a_list_is_split(text: str, names: NameList) -> None:
    assert parse_names(text) == names


def test_the_raw_names_are_kept() -> None:
    names = split_names('\\textbf{Xia, Q.}  and\n{A and B}\tand G{\\"o}del,  K. and others')

    assert names == ["\\textbf{Xia, Q.}", "{A and B}", 'G{\\"o}del, K.']


@pytest.mark.parametrize(
    ("name", "full", "last_first", "initials"),
    [
        (Name("Qing-Rong", "", "Xia"), "Qing-Rong Xia", "Xia, Qing-Rong", "Q.-R."),
        (Name("Jan Peter", "van der", "Berg", "Jr."), "Jan Peter van der Berg, Jr.",
         "van der Berg, Jr., Jan Peter", "J. P."),
        (Name("J.R.R.", "", "Tolkien"), "J.R.R. Tolkien", "Tolkien, J.R.R.", "J. R. R."),
        (Name("庆荣", "", "夏"), "夏庆荣", "夏, 庆荣", "庆荣"),
        (Name(family="Huawei Cloud", literal=True), "Huawei Cloud", "Huawei Cloud", ""),
    ],
)  # fmt: skip
def test_a_name_is_shown_in_three_ways(name: Name, full: str, last_first: str, initials: str) -> None:
    assert (name.full, name.last_first, name.initials) == (full, last_first, initials)


@given(st.text(st.sampled_from("\\{}$~*,;=.' \nadnABfmily夏†"), max_size=50) | st.text(max_size=60))
def test_reading_names_never_raises(text: str) -> None:
    names = parse_names(text).names

    assert all(name.full and name.last_first and name.initials is not None for name in names)


@pytest.mark.parametrize(
    "hostile",
    ["{" * 100_000, "a and " * 20_000, "\\textbf{" * 12_000, "\\textbf{a" * 12_000 + "}" * 12_000,
     "a, " * 30_000, "* " * 50_000, "a ~" * 30_000, "{a} " * 30_000, "\\~ " * 30_000, "a;" * 50_000,
     " et al" * 15_000,     "\\textsuperscript{" * 6_000, "^{" * 50_000, "and" + " " * 100_000],
    ids=lambda text: text[:12].strip(),
)  # fmt: skip
def test_hostile_lists_take_linear_time(hostile: str) -> None:
    start = time.process_time()

    for name in parse_names(hostile).names:
        name.full, name.initials

    assert time.process_time() - start < 1


def test_real_names_are_read_as_bibtexparser_reads_them(corpus_bib: Path) -> None:
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    value = re.compile(r"author\s*=\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\s*,?\s*\n", re.I)
    tried, different = 0, []
    for path in sorted(corpus_bib.glob("*.bib")):
        for text in value.findall(path.read_text("utf-8", errors="replace")):
            ours = parse_names(text).names
            theirs = [raw for raw in split_multiple_persons_names(" ".join(text.split())) if raw != "others"]
            for name, raw in zip(ours, theirs, strict=False):
                tried += 1
                try:
                    parts = parse_single_name_into_parts(raw)
                except InvalidNameError:
                    continue
                read = tuple(decode(" ".join(w)) for w in (parts.first, parts.von, parts.last, parts.jr))
                if read != (name.given, name.von, name.family, name.suffix):
                    different.append(raw)

    # They know neither biblatex's format nor a Jr. behind its comma, and cut names that begin with a macro.
    print(f"{tried} names, {len(different)} read differently: {different}")
    assert tried > 2_000
    assert len(different) < tried / 50
