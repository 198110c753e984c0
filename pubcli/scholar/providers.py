"""Citation counts from OpenAlex, Semantic Scholar and Crossref, asked for by DOI or arXiv id in batches.

Knows how each service is asked and how it answers. What a service does not know is reported, never
taken for zero. The shapes follow the services' documentation: OpenAlex "filter works", Semantic
Scholar Graph API `paper/batch`, Crossref REST API `works`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pubcli.errors import ServiceError, UnreadableError, UsageError, did_you_mean
from pubcli.publication import Publication

if TYPE_CHECKING:
    from pubcli.web import Web

ARXIV_DOI = "10.48550/arxiv."  # the DOI that DataCite gives every arXiv paper


@dataclass(frozen=True, slots=True)
class ProviderCounts:
    """What a provider knows: counts by citation key with the identifier that found them, and the rest."""

    source: str
    counts: Mapping[str, int]
    reasons: Mapping[str, str]
    unknown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One request: what stands behind the base address, and a JSON body where there is one."""

    path: str
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """How one service is asked: `name` in `--source`, `title` in messages, `batch` identifiers a time.

    `identify` gives a publication's identifiers as the service writes them, the best one first, each
    with what it is called; `ask` makes the request of a batch, `read` takes the counts out of the answer.
    """

    name: str
    title: str
    batch: int
    identify: Callable[[Publication], list[tuple[str, str]]]
    ask: Callable[[Sequence[str], str, str], Question]
    read: Callable[[Any, Sequence[str]], dict[str, int]]
    key_variable: str = ""
    no_identifier: str = "it has no DOI or arXiv id that can be asked for"


def fetch_counts(
    web: Web,
    source: str,
    publications: Sequence[Publication],
    *,
    mailto: str = "",
    environ: Mapping[str, str],
) -> ProviderCounts:
    """The counts of all publications that `source` knows, in as few requests as it allows.

    `environ` may hold the service's API key. UsageError where there is no such source, ServiceError
    where it does not answer, UnreadableError where the answer is not what its documentation says.
    """
    provider = find_provider(source)
    times = Counter(publication.key for publication in publications)
    asked = {p.key: provider.identify(p) for p in publications if times[p.key] == 1}
    every = list(dict.fromkeys(identifier for found in asked.values() for identifier, _ in found))
    known: dict[str, int] = {}
    for start in range(0, len(every), provider.batch):
        batch = every[start : start + provider.batch]
        question = provider.ask(batch, mailto, environ.get(provider.key_variable, ""))
        known |= _read(provider, _answer(web, provider, question), batch)
    return _sorted_out(provider, asked, known, [key for key, number in times.items() if number > 1])


def find_provider(source: str) -> Provider:
    """The provider of that name (UsageError)."""
    for provider in PROVIDERS:
        if provider.name == source:
            return provider
    names = [provider.name for provider in PROVIDERS]
    hint = did_you_mean(source, ["scholar", *names]) or f"sources: scholar, {', '.join(names)}"
    raise UsageError(f"no source is called '{source}'", hint=hint)


def _answer(web: Web, provider: Provider, question: Question) -> Any:
    """The JSON of one answer. The address stays out of every message: it may hold a key."""
    import json

    answer = web.ask(
        provider.name,
        question.path,
        accept="application/json",
        headers=question.headers,
        body=question.body,
        follow=question.body is None,
    )
    if provider.name == "semanticscholar" and answer.status == 400 and b"No valid paper ids" in answer.body:
        return [None] * len(question.body["ids"] if question.body else ())
    if answer.status != 200:
        wait = f"it asks to wait {answer.retry_after:g} seconds; " if answer.retry_after else ""
        way_out = f"an API key in {provider.key_variable} may help; " if provider.key_variable else ""
        raise ServiceError(
            f"{provider.title} refuses to answer ({answer.status})",
            hint=f"{wait}{way_out}nothing was changed, try again later",
        )
    try:
        return json.loads(answer.text)
    except ValueError as error:
        raise _unreadable(provider, "not JSON") from error


def _sorted_out(
    provider: Provider,
    asked: Mapping[str, Sequence[tuple[str, str]]],
    known: Mapping[str, int],
    doubled: Iterable[str],
) -> ProviderCounts:
    counts: dict[str, int] = {}
    reasons: dict[str, str] = {}
    unknown = dict.fromkeys(doubled, "several entries have this citation key")
    for key, identifiers in asked.items():
        found = next((pair for pair in identifiers if pair[0] in known), None)
        if found is not None:
            counts[key], reasons[key] = known[found[0]], found[1]
        elif identifiers:
            names = " and ".join(name for _, name in identifiers)
            unknown[key] = f"{provider.title} does not know its {names}"
        else:
            unknown[key] = provider.no_identifier
    return ProviderCounts(provider.name, counts, reasons, unknown)


def _read(provider: Provider, data: Any, batch: Sequence[str]) -> dict[str, int]:
    try:
        counts = provider.read(data, batch)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(provider, f"{type(error).__name__}: {error}") from error
    if not all(type(count) is int and count >= 0 for count in counts.values()):
        raise _unreadable(provider, "a count that is no number")
    return counts


def _unreadable(provider: Provider, reason: str) -> UnreadableError:
    return UnreadableError(
        f"the answer of {provider.title} cannot be read ({reason})",
        hint="nothing was changed; try again later",
    )


# --- who is asked, and how --------------------------------------------------------------------------


def _doi_of(publication: Publication) -> list[tuple[str, str]]:
    """A DOI that can stand in a filter: commas and bars separate the values there."""
    doi = publication.doi
    return [(doi, "DOI")] if doi and not {",", "|"} & set(doi) else []


def _doi_or_arxiv_doi(publication: Publication) -> list[tuple[str, str]]:
    found = dict(_doi_of(publication))
    if publication.arxiv_id:
        found.setdefault(ARXIV_DOI + publication.arxiv_id, "arXiv id")
    return list(found.items())


def _crossref_doi(publication: Publication) -> list[tuple[str, str]]:
    """The DOI, unless it is of arXiv: those are not Crossref's."""
    return [] if publication.doi.startswith(ARXIV_DOI) else _doi_of(publication)


def _semantic_scholar_ids(publication: Publication) -> list[tuple[str, str]]:
    doi, arxiv = publication.doi, publication.arxiv_id
    found = [(f"DOI:{doi}", "DOI")] if doi and not doi.startswith(ARXIV_DOI) else []
    return found + ([(f"ARXIV:{arxiv}", "arXiv id")] if arxiv else [])


def _ask_openalex(batch: Sequence[str], mailto: str, key: str) -> Question:
    query = {"filter": "doi:" + "|".join(batch), "select": "doi,cited_by_count", "per-page": "200"}
    return Question(f"/works?{_query(query, mailto=mailto, api_key=key)}")


def _read_openalex(data: Any, _batch: Sequence[str]) -> dict[str, int]:
    return _most((work["doi"].partition("doi.org/")[2], work["cited_by_count"]) for work in data["results"])


def _ask_semantic_scholar(batch: Sequence[str], _mailto: str, key: str) -> Question:
    headers = {"x-api-key": key} if key else {}
    return Question("/graph/v1/paper/batch?fields=citationCount", {"ids": list(batch)}, headers)


def _read_semantic_scholar(data: Any, batch: Sequence[str]) -> dict[str, int]:
    """One element per identifier, in their order; null for what is not known."""
    if not isinstance(data, list):
        raise TypeError("not a list")
    pairs = zip(batch, data, strict=True)
    return {identifier: paper["citationCount"] for identifier, paper in pairs if paper is not None}


def _ask_crossref(batch: Sequence[str], mailto: str, _key: str) -> Question:
    query = {
        "filter": ",".join(f"doi:{doi}" for doi in batch),
        "select": "DOI,is-referenced-by-count",
        "rows": str(len(batch)),
    }
    return Question(f"/works?{_query(query, mailto=mailto)}")


def _read_crossref(data: Any, _batch: Sequence[str]) -> dict[str, int]:
    return _most((work["DOI"], work["is-referenced-by-count"]) for work in data["message"]["items"])


def _most(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The larger count where a service lists one DOI twice."""
    counts: dict[str, int] = {}
    for doi, count in pairs:
        counts[doi.lower()] = max(count, counts.get(doi.lower(), 0))
    return counts


def _query(query: Mapping[str, str], **more: str) -> str:
    return urlencode({**query, **{name: value for name, value in more.items() if value}})


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "openalex", "OpenAlex", 50, _doi_or_arxiv_doi, _ask_openalex, _read_openalex, "OPENALEX_API_KEY"
    ),
    Provider(
        "semanticscholar",
        "Semantic Scholar",
        500,
        _semantic_scholar_ids,
        _ask_semantic_scholar,
        _read_semantic_scholar,
        "S2_API_KEY",
    ),
    Provider(
        "crossref",
        "Crossref",
        50,
        _crossref_doi,
        _ask_crossref,
        _read_crossref,
        no_identifier="it has no DOI of Crossref's",
    ),
)
