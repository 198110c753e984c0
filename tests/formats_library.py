"""The library of the tests of formats: invented people in every shape that a format must cope with."""

from __future__ import annotations

from pathlib import Path

from pubcli.bibtex.bibfile import BibFile
from pubcli.publication import Publication
from pubcli.render.setting import Setting

GOLDEN = Path(__file__).parent / "golden"

TEXT = r"""@string{kind = {Applied Letters}}
@string{sal = "Symposium on " # kind}
@string{unused = {Nobody}}

@inproceedings{lind2024deep,
  title = {Deep {Parsing} \& 100\% Recall: {\AA} Study},
  author = {Lind, {\AA}sa and von der M{\"u}hle, Jr, Karl and {Sample Lab, Oslo} and Grue, Ada B.},
  author+an = {1=equal; 2=corresponding,equal},
  booktitle = "Proceedings of the 12th " # sal,
  abbr = {SAL},
  pages = {12--19},
  publisher = {Example Press},
  address = {Oslo},
  year = 2024,
  month = may,
  keywords = {Parsing, Large Models},
  award = {Oral; Best Paper Award},
  selected = {true},
  doi = {10.5555/SAL.2024.7},
  pdf = {https://example.org/deep.pdf},
  code = {https://example.org/deep?a=1&b=2#top},
  google_scholar_id = {abcDEF123},
  citationcount = {120}
}

@article{grue2023quiet,
  title = {Quiet Algorithms},
  author = {Grue, Ada B. and Lind, {\AA}sa},
  journal = {Journal of Small Things},
  volume = 7,
  number = {2},
  pages = {101--130},
  year = {2023},
  month = nov,
  url = {https://example.org/quiet},
  note = {Invited}
}

@misc{lind2025letters,
  title = {Letters in 字母 and ≤ 3 Fonts},
  author = {Lind, {\AA}sa and 王, 小明 and others},
  year = {2025},
  eprint = {2501.01234},
  archiveprefix = {arXiv},
  primaryclass = {cs.CL}
}

@phdthesis{grue2020thesis,
  title = {On Silence},
  author = {Grue, Ada B.},
  school = {University of Example},
  year = {2020}
}

@inbook{lind2019chapter,
  title = {Opening},
  author = {Lind, {\AA}sa},
  crossref = {book2019}
}

@book{book2019,
  title = {The Book of Openings},
  editor = {Grue, Ada B. and Plato},
  publisher = {Example Press},
  series = {Openings},
  isbn = {978-0-00-000000-2},
  year = {2019}
}

@unpublished{draft,
  title = {A Draft without a Year},
  author = {Grue, Ada B.},
  pubstate = {submitted}
}
"""

HOSTILE = (
    Publication(
        "evil<1>",
        "misc",
        {
            "title": "<script>alert(1)</script> *a* _b_ [c](d) | `e` \\{\\{ site.x \\}\\} \\{\\% raw \\%\\} "
            "\x1b[31mred\u202e &amp; $x^2$ \\textbackslash input",
            "author": "<b onmouseover={x}>Bold</b> and {</style><img src=x onerror=alert(2)>} "
            "and Lind, {\\AA}sa",
            "booktitle": '"><svg onload=alert(3)>',
            "keywords": "<i>tag</i>, {{ tag }}",
            "award": "Best \"Paper\" 'Award' <!-- x",
            "year": "2022",
            "url": "javascript:alert(4)",
            "pdf": "data:text/html,<script>alert(5)</script>",
            "code": "https://example.org/\"onclick='alert(6)'<x>",
            "website": "mailto:a@example.org",
            "slides": "file:///etc/passwd",
            "doi": '10.5555/a"><b>',
        },
    ),
    Publication(
        "</code></pre>{{ key }}", "article", {"title": "---", "author": "- a: b, # c", "journal": "!x &y"}
    ),
    Publication("nothing", "misc", {}),
)

ME = Setting(
    me=("Åsa Lind",),
    title="Publications of Åsa Lind",
    profile_url="https://scholar.google.com/citations?user=EXAMPLE",
)


def publications(text: str = TEXT) -> list[Publication]:
    """The publications of a library, with what a parent lends them."""
    bib = BibFile.parse(text)
    parent = {name: value for name, value in bib.values(bib.entry("book2019")).items() if name != "isbn"}
    found = []
    for entry in bib.entries:
        values = bib.values(entry)
        if "crossref" in values:
            lent = {"booktitle": parent["title"], **parent}
            del lent["title"], lent["editor"]
            values = lent | values
        found.append(Publication(entry.key, entry.entry_type, values, entry.line))
    return found


def check_golden(name: str, text: str) -> None:
    """The whole text is what the golden file holds."""
    assert text == (GOLDEN / name).read_bytes().decode()
