"""`pubcli add SOURCE…` as a whole, against services of our own on 127.0.0.1.

The answers have the shapes that tests/test_importers_sites.py tells of; people and papers are invented,
but for those of the seed.
"""

from __future__ import annotations

import _thread
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pubcli.web import SERVICES
from tests.conftest import Shell
from tests.servers import Reply, Request, Server, serve
from tests.test_importers_pdf import pdf

DATA = Path(__file__).parent / "data" / "importers"
SETTINGS = 'library = "library.bib"\nme = ["Qingrong Xia"]\n'
PREPRINT = """\
@misc{zhou2021fast,
      title={Fast and Accurate End-to-End Span-based Semantic Role Labeling as Word-based Graph Parsing},
      author={Shilin Zhou and Qingrong Xia and Zhenghua Li and Yu Zhang and Yu Hong and Min Zhang},
      year={2021},
      eprint={2112.02970},
      archivePrefix={arXiv},
      primaryClass={cs.CL},
      url={https://arxiv.org/abs/2112.02970},
}
"""
PUBLISHED = """\
@inproceedings{zhou2022fast,
  title = {Fast and Accurate End-to-End Span-based Semantic Role Labeling as Word-based Graph Parsing},
  author = {Zhou, Shilin and Xia, Qingrong and Li, Zhenghua and Zhang, Yu and Hong, Yu and Zhang, Min},
  booktitle = {Proceedings of the 29th International Conference on Computational Linguistics},
  abbr = {COLING},
  pages = {4160--4171},
  publisher = {International Committee on Computational Linguistics},
  year = {2022},
  month = oct,
  url = {https://aclanthology.org/2022.coling-1.365/},
}
"""
XDEEPSERVE = """\
@misc{xiao2025xdeepserve,
  title = {{xDeepServe}: Model-as-a-Service on Huawei {CloudMatrix384}},
  author = {Xiao, Ao and He, Bangzheng and Zhang, Baoquan and Xia, Qingrong and others},
  year = {2025},
  url = {https://arxiv.org/abs/2508.02520},
  eprint = {2508.02520},
  archiveprefix = {arXiv},
  primaryclass = {cs.DC},
}
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve() as server:
        for name, url in server.environ(*SERVICES).items():
            monkeypatch.setenv(name, url)
        server.answer("/acl/2022.coling-1.365.bib", (DATA / "acl.bib").read_bytes())
        server.answer("/arxiv/bibtex/2112.02970", PREPRINT)
        server.answer("/arxiv/bibtex/2508.02520", (DATA / "arxiv.bib").read_bytes())
        server.answer("/dblp/rec/conf/coling/ZhouXLZHZ22.bib", (DATA / "dblp.bib").read_bytes())
        server.answer("/doi/10.5555/quiet.2021.0042", (DATA / "crossref-journal.json").read_bytes())
        yield server


@pytest.fixture
def home_page(pubcli: Shell, server: Server) -> Shell:
    pubcli.write("pubcli.toml", SETTINGS)
    pubcli.write("library.bib", "")
    return pubcli


# --- several at once ---


def test_a_source_that_fails_does_not_stop_the_others(home_page: Shell, server: Server) -> None:
    server.answer("/doi/10.5555/empty", "")

    outcome = home_page(
        "add", "2022.coling-1.365", "10.5555/nonesuch", "rivers", "10.5555/empty", "streams", "2508.02520"
    )

    assert (outcome.code, outcome.out) == (4, "")
    assert home_page.read("library.bib") == f"{PUBLISHED}\n{XDEEPSERVE}"
    assert [line for line in outcome.err.splitlines() if not line.startswith("  ")] == [
        "Added zhou2022fast, xiao2025xdeepserve",
        "pubcli: 'rivers' is no file and no identifier that is known",
        "pubcli: 'streams' is no file and no identifier that is known",
        "pubcli: doi.org knows no 10.5555/nonesuch",
        "pubcli: DOI 10.5555/empty: the answer is empty",
    ]
    assert outcome.err.count("ACL Anthology     2022.coling-1.365") == 1


@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        (("2022.coling-1.365", "conf/coling/ZhouXLZHZ22"), "zhou2022fast"),
        (("2022.coling-1.365", "https://aclanthology.org/2022.coling-1.365.pdf"), "zhou2022fast"),
        (("2022.coling-1.365", "2112.02970"), "zhou2022fast"),
        (("2112.02970", "2022.coling-1.365"), "zhou2021fast"),
    ],
)
def test_two_sources_of_one_publication_give_one_entry(
    home_page: Shell, sources: tuple[str, str], kept: str
) -> None:
    outcome = home_page("add", *sources)

    assert outcome.code == 0
    assert home_page.read("library.bib").count("@") == 1
    assert outcome.err.endswith(f"Added {kept}\n")


def test_adding_twice_changes_nothing(home_page: Shell) -> None:
    home_page("add", "2022.coling-1.365", "2508.02520")

    outcome = home_page("add", "2022.coling-1.365", "arXiv:2508.02520v2")

    assert outcome.err.splitlines() == [
        "zhou2022fast is there already (the same title, first author and year)",
        "xiao2025xdeepserve is there already (the same arXiv id)",
        "nothing to do",
    ]
    assert home_page.read("library.bib") == f"{PUBLISHED}\n{XDEEPSERVE}"


# --- a preprint and what it became ---


def test_the_published_version_moves_the_entry_and_keeps_its_key_and_marks(home_page: Shell) -> None:
    home_page("add", "2112.02970", "--tag", "parsing", "--award", "Best Demo", "--select", "--key", "mine")

    told = home_page("add", "2022.coling-1.365")
    outcome = home_page("add", "2022.coling-1.365", "--update")

    assert told.err.splitlines() == [
        "mine is there already (the preprint of the same title and first author); --update would make it "
        "inproceedings and set booktitle, abbr, pages, publisher, year, month, url",
        "nothing to do",
    ]
    assert (outcome.code, outcome.err) == (0, "Updated mine\n")
    assert outcome.out.startswith("--- library.bib\n+++ library.bib\n@@ ")
    assert (
        home_page.read("library.bib")
        == """\
@inproceedings{mine,
  title = {Fast and Accurate End-to-End Span-based Semantic Role Labeling as Word-based Graph Parsing},
  author = {Zhou, Shilin and Xia, Qingrong and Li, Zhenghua and Zhang, Yu and Hong, Yu and Zhang, Min},
  year = {2022},
  url = {https://aclanthology.org/2022.coling-1.365/},
  eprint = {2112.02970},
  archiveprefix = {arXiv},
  primaryclass = {cs.CL},
  keywords = {parsing},
  award = {Best Demo},
  selected = {true},
  booktitle = {Proceedings of the 29th International Conference on Computational Linguistics},
  abbr = {COLING},
  pages = {4160--4171},
  publisher = {International Committee on Computational Linguistics},
  month = oct,
}
"""
    )


def test_the_preprint_of_a_published_entry_adds_its_number_only(home_page: Shell) -> None:
    home_page("add", "2022.coling-1.365")

    shown = home_page("add", "2112.02970", "--update", "--dry-run")
    outcome = home_page("add", "2112.02970", "--update")

    assert shown.out == outcome.out
    assert [line for line in outcome.out.splitlines()[2:] if line.startswith(("+", "-"))] == [
        "+  eprint = {2112.02970},",
        "+  archiveprefix = {arXiv},",
        "+  primaryclass = {cs.CL},",
    ]
    assert home_page.read("library.bib").startswith("@inproceedings{zhou2022fast,")


# --- what is written ---


def test_what_a_service_smuggles_in_reaches_neither_terminal_nor_file(
    home_page: Shell, server: Server
) -> None:
    item = {
        "type": "article-journal",
        "title": "Evil \x1b[31mred\x1b]0;owned\x07 title}\n@article{x,\r\n \u202eRivers",
        "author": [{"family": "Xia\x1b[2J", "given": "Qingrong\n"}],
        "container-title": "Journal\n of \x9b31mRivers",
        "issued": {"date-parts": [[2020]]},
        "DOI": "10.5555/evil",
        "is-referenced-by-count": 12,
        "keyword": "publisher's, words",
    }
    server.answer("/doi/10.5555/evil", json.dumps(item))

    outcome = home_page("add", "10.5555/evil")

    assert (outcome.code, outcome.err) == (0, "Added xia2020evil\n")
    assert (
        home_page.read("library.bib")
        == """\
@article{xia2020evil,
  title = {Evil red title\\textbraceright{} @article\\textbraceleft{}x, Rivers},
  author = {Xia, Qingrong},
  journal = {Journal of Rivers},
  year = {2020},
  doi = {10.5555/evil},
}
"""
    )


def test_markup_of_a_title_becomes_latex_and_letters_are_as_the_library_has_them(
    home_page: Shell, server: Server
) -> None:
    item = {
        "type": "article-journal",
        "title": "Decay of <mml:math><mml:msup><mml:mi>B</mml:mi><mml:mn>0</mml:mn></mml:msup></mml:math> "
        "in <i>E. coli</i>, H<sub>2</sub>O &amp;amp; étangs",
        "author": [{"family": "Müller", "given": "Jörg"}, {"family": "Xia", "given": "Qingrong"}],
        "container-title": ["Journal of Rivers"],
        "issued": {"date-parts": [[2020, 6]]},
        "DOI": "10.5555/decay",
    }
    server.answer("/doi/10.5555/decay", json.dumps(item))
    home_page.write("library.bib", "@misc{Marsh:2019,\n\ttitle = \"Sur l'{\\'e}tang\",\n\tyear = 2019\n}\n")

    outcome = home_page("add", "10.5555/decay")

    assert outcome.code == 0
    added = home_page.read("library.bib").partition("\n}\n")[2]
    assert r"Decay of $B^{0}$ in \emph{E. coli}, H\textsubscript{2}O \& {\'e}tangs" in added
    assert r"M{\"u}ller, J{\"o}rg and Xia, Qingrong" in added
    assert "\tmonth = jun" in added
    assert added.isascii()


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("oduya2019quiet", "zhou2022fast"),
        ("Oduya:2019", "Zhou:2022"),
        ("oduya-2019-quiet", "zhou-2022-fast"),
        ("DBLP:conf/rivers/Oduya19", "DBLP:conf/coling/ZhouXLZHZ22"),
        ("conf/rivers/Oduya19", "conf/coling/ZhouXLZHZ22"),
    ],
)
def test_the_key_is_in_the_style_of_the_keys_there(home_page: Shell, known: str, expected: str) -> None:
    fields = "  title = {Quiet Rivers},\n  author = {Oduya, Ben},\n  year = {2019},\n"
    home_page.write("library.bib", f"@inproceedings{{{known},\n{fields}}}\n")

    outcome = home_page("add", "conf/coling/ZhouXLZHZ22")

    assert (outcome.code, outcome.err) == (0, f"Added {expected}\n")


def test_services_are_told_who_asks(home_page: Shell, server: Server) -> None:
    home_page.write("pubcli.toml", SETTINGS + 'mailto = "me@example.org"\n')

    home_page("add", "2508.02520")

    agents = [request.headers["user-agent"] for request in server.requests]
    assert [re.sub(r"/[\w.]+", "", agent, count=1) for agent in agents] == ["pubcli (mailto:me@example.org)"]


def test_an_interruption_midway_leaves_all_as_it_was(home_page: Shell, server: Server) -> None:
    def interrupting(request: Request) -> Reply:
        _thread.interrupt_main()
        return Reply(body=PREPRINT)

    server.answer("/arxiv/bibtex/2112.02970", interrupting)
    home_page.write("library.bib", XDEEPSERVE)

    outcome = home_page("add", "conf/coling/ZhouXLZHZ22", "2112.02970", "10.5555/quiet.2021.0042", "--yes")

    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err.strip() == "pubcli: interrupted; nothing was changed"
    assert home_page.read("library.bib") == XDEEPSERVE
    assert len(server.requests) == 2


# --- mine or not ---


def test_what_is_not_mine_is_added_only_when_somebody_says_so(home_page: Shell) -> None:
    refused = home_page("add", "10.5555/quiet.2021.0042", "2508.02520")
    told = home_page("add", "10.5555/quiet.2021.0042", "--yes")

    title = "Quiet rivers in Silva fluvialis: DNA, CO₂ & 3D maps"
    assert (refused.code, refused.err.splitlines()[:2]) == (
        5,
        [
            "Added xiao2025xdeepserve",
            f"pubcli: None of the authors of '{title}' is Qingrong Xia. Add it?",
        ],
    )
    assert (told.code, told.err) == (0, "Added diaz2021quiet\n")


# --- answers that are none ---


@pytest.mark.parametrize(
    ("source", "path", "reply", "code", "message"),
    [
        ("2022.acl-1.1", "/acl/2022.acl-1.1.bib", Reply(body="<!DOCTYPE html><html><body>Cookies"), 4,
         "ACL Anthology 2022.acl-1.1: the answer is a web page, not BibTeX"),
        ("10.5555/html", "/doi/10.5555/html", Reply(body="<html><title>Cookies"), 4,
         "DOI 10.5555/html: the answer is a web page, not CSL-JSON"),
        ("2001.00001", "/arxiv/bibtex/2001.00001",
         Reply(body=PREPRINT + PREPRINT.replace("2112", "2113").replace("{zhou", "{zhang")), 5,
         "arXiv 2001.00001: the answer holds 2 publications, not one"),
        ("10.5555/big", "/doi/10.5555/big", Reply(body=b"x" * 1_000_000, copies=50), 4,
         "the answer of doi.org is larger than 20 MB"),
        ("10.5555/loop", "/doi/10.5555/loop", Reply(302, headers={"location": "loop"}), 6,
         "doi.org redirects in circles, or too often"),
        ("10.5555/secret", "/doi/10.5555/secret", Reply(403), 6, "doi.org refuses: 403 Forbidden"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_changes_nothing(
    home_page: Shell, server: Server, source: str, path: str, reply: Reply, code: int, message: str
) -> None:
    server.answer(path, reply)

    outcome = home_page("add", source)

    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.splitlines()[0] == f"pubcli: {message}"
    assert home_page.read("library.bib") == ""


# --- what is typed ---


def test_typed_text_may_be_latex_or_plain(home_page: Shell) -> None:
    title = r"Tides & Seas: 100% of \#1 in $x_1$, a_b, {GPU} \& \emph{more}, $5 and \url{a_b}"

    outcome = home_page("add", "--title", title, "--author", "Qingrong Xia and B. Okafor", "--venue", "R&D")

    assert (outcome.code, outcome.err) == (0, "Added xiatides\n")
    assert (
        home_page.read("library.bib")
        == r"""
@misc{xiatides,
  title = {Tides \& Seas: 100\% of \#1 in $x_1$, a\_b, {GPU} \& \emph{more}, $5 and \url{a_b}},
  author = {Xia, Qingrong and Okafor, B.},
  howpublished = {R\&D},
}
""".lstrip()
    )


# --- files ---


def test_of_ten_entries_with_three_broken_seven_are_added_and_three_named(home_page: Shell) -> None:
    whole = (
        "@article{{river{0},\n  title={{River {0}}},\n  author={{Xia, Qingrong}},\n"
        "  year={{20{0:02}}},\n  month=jun\n}}\n"
    )
    broken = {
        3: "@article{river3,\n  title={Unclosed,\n  year={2003}\n",
        6: '@article{river6,\n  title="A " quote",\n  year={2006}\n}\n',
        9: "@article{river9,\n  title={No equals sign} author {Xia}\n}\n",
    }
    home_page.write("ten.bib", "".join(broken.get(n, whole.format(n)) for n in range(1, 11)))

    outcome = home_page("add", "ten.bib")

    added = home_page.read("library.bib")
    assert outcome.code == 4
    assert re.findall(r"(?m)^pubcli: (ten\.bib:\d+): ", outcome.err) == [
        "ten.bib:13",
        "ten.bib:28",
        "ten.bib:45",
    ]
    assert added.count("@article{") == added.count("  month = jun,\n") == 7


def test_a_file_without_an_entry_is_named(home_page: Shell) -> None:
    home_page.write("new.bib", "% nothing yet\n@string{j = {Journal}}\n")

    outcome = home_page("add", "new.bib")

    assert (outcome.code, outcome.err) == (4, "pubcli: new.bib: there is no BibTeX entry in it\n")


def test_an_entry_brings_along_what_its_volume_says(home_page: Shell) -> None:
    part = "@inproceedings{xia2019trees, title = {Trees}, author = {Xia, Qingrong}, crossref = {vol}}\n"
    volume = "@proceedings{vol, title = {Proceedings of the Trees}, editor = {Marsh, Ada}, year = 2019}\n"
    home_page.write("new.bib", part + volume)

    outcome = home_page("add", "new.bib")

    assert (outcome.code, outcome.err.splitlines()[0]) == (5, "Added xia2019trees")
    assert (
        home_page.read("library.bib")
        == """\
@inproceedings{xia2019trees,
  title = {Trees},
  author = {Xia, Qingrong},
  booktitle = {Proceedings of the Trees},
  year = {2019},
}
"""
    )


def test_every_kind_of_file_is_read(home_page: Shell) -> None:
    for name in ("zotero.ris", "items.json", "pubmed.nbib"):
        home_page.write(name, (DATA / name).read_text("utf-8"))
    home_page.write(
        "page.md",
        "# Papers\n\n- Fast. [ACL](https://aclanthology.org/2022.coling-1.365/),\n"
        "  [arXiv](https://arxiv.org/abs/2112.02970)\n- xDeepServe, arXiv:2508.02520\n- no identifier\n",
    )

    files = home_page("add", "zotero.ris", "items.json", "pubmed.nbib", "--yes")
    page = home_page("add", "page.md")
    stdin = home_page("add", "-", stdin=PREPRINT)

    assert (files.code, files.err.splitlines()[-1]) == (0, "Added 6 publications")
    assert (page.code, page.err) == (0, "Added zhou2022fast, xiao2025xdeepserve\n")
    assert (stdin.code, stdin.err.partition(" (")[0]) == (0, "zhou2022fast is there already")


def test_an_entry_of_the_same_key_that_may_be_another_publication_is_left_as_it_is(
    home_page: Shell,
) -> None:
    title = "Tides of Inland Seas and Their Moons over Very Long Times"
    entry = (
        "@article{{tides2019,\n  title = {{{}}},\n  author = {{Xia, Qingrong}},\n  year = {{2019}},\n{}}}\n"
    )
    before = home_page.write("library.bib", entry.format(f"{title}: Part I", "")).read_bytes()
    home_page.write("new.bib", entry.format(f"{title} …", "  doi = {10.5555/part-two},\n"))

    outcome = home_page("add", "new.bib", "--update", "--yes")

    assert (outcome.code, outcome.err.splitlines()[0]) == (
        0,
        "tides2019 was left as it is: the beginning of the title, but the parts may differ",
    )
    assert (home_page.folder / "library.bib").read_bytes() == before


@pytest.mark.parametrize(
    ("data", "code", "first"),
    [
        (pdf("arXiv:2508.02520v1 [cs.DC] 4 Aug 2025", "xDeepServe"), 0, "Added xiao2025xdeepserve"),
        (pdf("A page", metadata={"/doi": "10.5555/quiet.2021.0042"}), 0, "Added diaz2021quiet"),
        (pdf("arXiv:2508.02520", password="secret"), 4, "pubcli: a.pdf: this PDF is encrypted"),
        (pdf(), 4, "pubcli: a.pdf: the first page of this PDF holds no text, as a scan does"),
        (b"\0\1\2" * 99, 4, "pubcli: a.pdf: this is no text"),
    ],
    ids=["arXiv", "DOI", "encrypted", "scanned", "no text"],
)
def test_a_pdf_is_added_by_its_identifier_or_refused(
    home_page: Shell, data: bytes, code: int, first: str
) -> None:
    (home_page.folder / "a.pdf").write_bytes(data)

    outcome = home_page("add", "a.pdf", "--yes")

    assert (outcome.code, outcome.err.splitlines()[0]) == (code, first)


def test_the_works_of_an_orcid_are_added_once(home_page: Shell, server: Server) -> None:
    person = "0000-0002-1825-0097"
    server.answer(f"/orcid/v3.0/{person}/works", (DATA / "orcid.json").read_bytes())
    server.answer(f"/orcid/v3.0/{person}/works/21,22", (DATA / "orcid-bulk.json").read_bytes())

    first = home_page("add", f"https://orcid.org/{person}", "--yes")
    added = home_page.read("library.bib")
    second = home_page("add", person, "--yes")

    assert first.err == "Added diaz2021quiet, xiao2025xdeepserve, marsh2020fast, marsh2015brooks\n"
    assert (second.code, second.err.splitlines()[-1]) == (0, "nothing to do")
    assert home_page.read("library.bib") == added
