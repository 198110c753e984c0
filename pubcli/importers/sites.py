"""The sites that publications come from: what their identifiers look like, and how they are asked.

Knows identifiers and addresses; parses no answer and asks no one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class Site:
    """One kind of identifier and the service that knows it.

    `patterns` match a whole text and have a group `id`; `canonical` gives the identifier its one form,
    or an empty text if it is none after all (a wrong checksum). `addresses` are asked in turn until one
    knows the identifier: the service's name (see `pubcli.web.base_url`) and the path behind its base.
    `format` is the parser of the answer; `several` allows more than one publication in it.
    """

    name: str
    example: str
    patterns: tuple[str, ...]
    addresses: tuple[tuple[str, str], ...]
    format: str
    accept: str = "*/*"
    canonical: Callable[[str], str] = str
    several: bool = False

    def identify(self, text: str) -> str:
        """The identifier that `text` is, in its one form, or an empty text."""
        for pattern in self.patterns:
            if (found := re.fullmatch(pattern, text, re.I)) and (number := self.canonical(found["id"])):
                return number
        return ""

    def paths(self, identifier: str) -> list[tuple[str, str]]:
        """What to ask: each service's name and the path with the identifier in it."""
        return [
            (service, path.format(id=quote(identifier, safe="/:;(),"))) for service, path in self.addresses
        ]


def _arxiv(text: str) -> str:
    number = re.sub(r"v\d+$|\.pdf$", "", re.sub(r"\.pdf$", "", text, flags=re.I), flags=re.I)
    if "/" in number:
        archive, _, rest = number.partition("/")
        return f"{archive.partition('.')[0].lower()}/{rest}" if "01" <= rest[2:4] <= "12" else ""
    return number if "01" <= number[2:4] <= "12" else ""


def _acl(text: str) -> str:
    return text.lower() if text[0].isdigit() else text.upper()


def _doi(text: str) -> str:
    """Without what stands around a DOI in a URL or a sentence; lower case, as DOIs ignore case."""
    doi = unquote(text) if text.startswith("10.") else f"10.1038/{text}"  # Nature's URLs leave its prefix out
    # Older DOIs hold angle brackets: 10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O
    doi = re.split(r"[?#\"'\s]|<(?!\w*::)|>(?!\d\.\d)", doi, maxsplit=1)[0]
    doi = re.sub(
        r"(/[^/]+)(?:/(?:full|abstract|abs|pdf|epdf|html|meta|summary|fulltext|full-text|download))+/?$",
        r"\1",
        doi,
    )
    doi = re.sub(r"(?:\.full|\.abstract|\.pdf|\.html?|\.full-text)+$", "", doi)
    if doi.startswith("10.1101/"):
        doi = re.sub(r"v\d+$", "", doi)
    doi = doi.rstrip(".,;:/*_`")
    while doi.endswith((")", "]")) and doi.count(doi[-1]) > doi.count({")": "(", "]": "["}[doi[-1]]):
        doi = doi[:-1].rstrip(".,;:")
    return doi.lower() if re.fullmatch(r"10\.\d{4,9}(?:\.\d+)*/\S+", doi) else ""


def _orcid(text: str) -> str:
    """ISO 7064 mod 11-2, as ORCID says."""
    digits = text.replace("-", "").upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        return ""
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _isbn(text: str) -> str:
    """The digits of an ISBN whose checksum is right."""
    digits = re.sub(r"[\s-]", "", text).upper()
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if len(values) == 10:
        return (
            digits
            if sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11 == 0
            else ""
        )
    if len(values) != 13 or not digits.startswith(("978", "979")) or "X" in digits:
        return ""
    return (
        digits if sum(value * (3 if place % 2 else 1) for place, value in enumerate(values)) % 10 == 0 else ""
    )


def _semantic_scholar(text: str) -> str:
    return text.lower() if len(text) == 40 else f"CorpusID:{text}"


_WWW = r"(?:https?://)?(?:www\.)?"
_TAIL = r"(?:/|[?#].*)?"
_ARXIV = r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)"
_ACL = r"(?P<id>[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)"
_DBLP = r"(?P<id>(?:conf|journals|phd|books|series|reference|tr|ms)/[\w-]+/[\w/-]+)"
_DOI = r"(?P<id>10\.\d{4,9}(?:\.\d+)*(?:/|%2F)\S+)"
_HEX = r"(?P<id>[0-9a-f]{40})"
_CSL = "application/vnd.citationstyles.csl+json"
_S2_FIELDS = "title,authors,year,venue,publicationVenue,journal,externalIds,publicationTypes,publicationDate"

# In the order of recognition: the narrow ones first, the DOI, found in many URLs, last.
SITES = (
    Site(
        "arXiv",
        "2508.02520",
        (
            rf"(?:arxiv:?\s*)?{_ARXIV}(?:\s*\[[\w.-]+\])?",
            rf"{_WWW}(?:export\.|browse\.)?arxiv\.org/(?:abs|pdf|html|format|e-print|src|bibtex)/{_ARXIV}(?:\.pdf)?{_TAIL}",
            rf"{_WWW}(?:alphaxiv\.org/(?:abs|pdf|overview)|ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html))/{_ARXIV}(?:\.pdf)?{_TAIL}",
            rf"{_WWW}huggingface\.co/papers/{_ARXIV}{_TAIL}",
            rf"(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?10\.48550/arxiv\.{_ARXIV}{_TAIL}",
        ),
        (("arxiv", "/bibtex/{id}"),),
        "bibtex",
        "text/plain, application/x-bibtex",
        _arxiv,
    ),
    Site(
        "ACL Anthology",
        "2022.coling-1.365",
        (
            rf"(?:acl:\s*)?{_ACL}(?:v\d+)?(?:\.pdf|\.bib|\.html)?",
            rf"{_WWW}(?:aclanthology\.(?:org|info)|aclweb\.org/anthology)/(?:(?:papers|volumes)/(?:[A-Z]/[A-Z]\d\d/|[A-Z]\d\d-\d+/)?)?"
            rf"{_ACL}(?:v\d+)?(?:\.pdf|\.bib|\.html|\.xml|\.endf)?{_TAIL}",
        ),
        (("acl", "/{id}.bib"),),
        "bibtex",
        canonical=_acl,
    ),
    Site(
        "DBLP",
        "conf/coling/ZhouXLZHZ22",
        (
            rf"(?:DBLP:)?{_DBLP}",
            rf"{_WWW}dblp\.(?:org|uni-trier\.de|dagstuhl\.de)/rec/(?:(?:bibtex\d?|bib\d?|html|xml|rdf)/)?{_DBLP}"
            rf"(?:\.(?:html|bib|xml|rdf|nt|ttl|ris))?{_TAIL}",
        ),
        (("dblp", "/rec/{id}.bib?param=1"),),
        "bibtex",
    ),
    Site(
        "OpenReview",
        "https://openreview.net/forum?id=rJl-b3RcF7",
        (
            rf"{_WWW}openreview\.net/(?:forum|pdf|revisions|attachment)/?\?(?:[^#]*&)?id=(?P<id>[\w-]+)(?:[&#].*)?",
            r"openreview:\s*(?P<id>[\w-]+)",
        ),
        (("openreview", "/notes?id={id}"), ("openreview_v1", "/notes?id={id}")),
        "openreview",
        "application/json",
    ),
    Site(
        "Semantic Scholar",
        "CorpusID:13756489",
        (
            rf"{_WWW}semanticscholar\.org/(?:paper|reader)/(?:[^/?#]+/)?{_HEX}(?:[/?#].*)?",
            rf"(?:s2:)?{_HEX}",
            r"(?:https?://api\.semanticscholar\.org/|s2:)?(?:CorpusID|S2CID):?\s*(?P<id>\d{1,12})",
        ),
        (("semanticscholar", "/graph/v1/paper/{id}?fields=" + _S2_FIELDS),),
        "semanticscholar",
        "application/json",
        _semantic_scholar,
    ),
    Site(
        "PubMed",
        "pmid:33024307",
        (
            r"pmid[:\s]\s*(?P<id>\d{1,9})",
            rf"{_WWW}(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|europepmc\.org/(?:article|abstract)/MED)/"
            rf"(?P<id>\d{{1,9}}){_TAIL}",
        ),
        (("pubmed", "/pubmed/?format=csl&id={id}"),),
        "csljson",
        "application/json",
    ),
    Site(
        "PubMed Central",
        "PMC7604748",
        (
            r"(?:pmcid:\s*)?PMC(?P<id>\d{4,9})",
            rf"{_WWW}(?:pmc\.ncbi\.nlm\.nih\.gov/articles|ncbi\.nlm\.nih\.gov/pmc/articles|"
            rf"europepmc\.org/(?:article|abstract)/PMC)/PMC(?P<id>\d{{4,9}})(?:/.*)?(?:[?#].*)?",
        ),
        (("pubmed", "/pmc/?format=csl&id={id}"),),
        "csljson",
        "application/json",
    ),
    Site(
        "OpenAlex",
        "W2741809807",
        (
            r"(?:(?:https?://)?(?:api\.|explore\.)?openalex\.org/(?:works/)?|openalex:)?(?P<id>W\d{4,12})"
            + _TAIL,
        ),
        (("openalex", "/works/{id}"),),
        "openalex",
        "application/json",
        str.upper,
    ),
    Site(
        "ORCID",
        "0000-0002-1825-0097",
        (rf"(?:{_WWW}orcid\.org/|orcid:\s*)?(?P<id>(?:\d{{4}}-){{3}}\d{{3}}[\dX]){_TAIL}",),
        (("orcid", "/v3.0/{id}/works"),),
        "orcid",
        "application/json",
        _orcid,
        several=True,
    ),
    Site(
        "ORCID works",  # those that the list of works alone does not tell enough of
        "",
        (),
        (("orcid", "/v3.0/{id}"),),
        "orcid_works",
        "application/json",
        several=True,
    ),
    Site(
        "ISBN",
        "978-0-262-03561-3",
        (
            r"(?:isbn(?:-1[03])?:?\s*)?(?P<id>\d[\d -]{8,16}[\dX])",
            rf"{_WWW}openlibrary\.org/isbn/(?P<id>\d{{9,12}}[\dX]){_TAIL}",
        ),
        (("openlibrary", "/api/books?bibkeys=ISBN:{id}&format=json&jscmd=data"),),
        "openlibrary",
        "application/json",
        _isbn,
    ),
    Site(
        "DOI",
        "10.1609/aaai.v39i22.34567",
        (
            rf"(?:doi\s*[:=]?\s*|info:doi/)?(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/)?{_DOI}",
            rf"https?://[^/\s]+/(?:\S*?[/=:])?{_DOI}",
            rf"{_WWW}nature\.com/articles/(?P<id>s\d[\w.-]+?)(?:\.pdf|_reference\.pdf)?{_TAIL}",
        ),
        (("doi", "/{id}"),),
        "csljson",
        _CSL,
        _doi,
    ),
)


def site(name: str) -> Site:
    """The row of this name."""
    return next(row for row in SITES if row.name == name)
