"""A complete web page of publications, in one file: readable without scripts, searched by typing.

Knows HTML, and nothing that would have to be fetched: style and script stand in the page, and its
Content-Security-Policy lets nothing else run. Light and dark, wide and narrow follow the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pubcli.markup import HTML, safe_url
from pubcli.publication import Publication
from pubcli.query import group
from pubcli.render.bibtex import clean_entry
from pubcli.render.csl import styled
from pubcli.render.facts import slugs
from pubcli.render.setting import Setting
from pubcli.template.authors import AuthorStyle, write_authors
from pubcli.template.slots import TROPHY, best_url, venue_with_abbr

_ROLES = (("equal", "*", "equal contribution"), ("corresponding", "†", "corresponding author"))
_AUTHORS = AuthorStyle(
    me='<strong class="me">{}</strong>',
    roles=tuple((role, f"<sup>{sign}</sup>") for role, sign, _ in _ROLES),
)

_STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --soft: #57606a; --page: #fff; --raised: #f6f8fa;
  --line: #d0d7de; --link: #0757b0; --award: #8a4b00; --award-page: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9aa5b1; --page: #0d1117;
  --raised: #161b22; --line: #343c46; --link: #79b8ff; --award: #ffd479; --award-page: #33270b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
main, header, footer { max-width: 50rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
footer { padding-bottom: 3rem; color: var(--soft); }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.15rem; }
h3 { margin: 0; font-size: 1.05rem; line-height: 1.4; }
p { margin: .2rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
h3 a { text-decoration: none; }
h3 a:hover { text-decoration: underline; }
a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--page); }
.about, .venue, .count { color: var(--soft); }
.search { margin-top: 1.25rem; }
.search label { display: block; font-weight: 600; }
.search input { width: 100%; margin-top: .25rem; padding: .6rem .75rem; border: 1px solid var(--soft);
  border-radius: 6px; background: var(--page); color: inherit; font: inherit; }
ol, ul { margin: 0; padding: 0; list-style: none; }
ol > li { padding: .8rem 0; overflow-wrap: anywhere; scroll-margin-top: 1rem; }
.badges, .links { display: flex; flex-wrap: wrap; gap: .35rem .6rem; margin-top: .3rem; font-size: .9rem; }
.links a { display: inline-block; padding: .2rem 0; }
.award { padding: 0 .5rem; border-radius: 1rem; background: var(--award-page); color: var(--award);
  font-weight: 600; }
.tag { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--soft); }
details { margin-top: .3rem; font-size: .9rem; }
summary { display: inline-block; padding: .2rem 0; color: var(--link); cursor: pointer; }
summary::before { content: "▸ " / ""; }
[open] > summary::before { content: "▾ " / ""; }
pre { margin: .3rem 0; padding: .75rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px;
  background: var(--raised); font: .85rem/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
button { padding: .35rem .8rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--raised);
  color: inherit; font: inherit; cursor: pointer; }
[hidden] { display: none !important; }
@media (max-width: 30rem) { h1 { font-size: 1.45rem; } main, header, footer { padding-left: 1rem;
  padding-right: 1rem; } }
@media print { .search, details, .skip { display: none; } body { background: #fff; color: #000; }
  ol > li { break-inside: avoid; } }
"""
_SCRIPT = r"""
"use strict";
const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const entries = [...document.querySelectorAll("li[data-search]")]
  .map(element => [element, plain(element.dataset.search)]);
const groups = [...document.querySelectorAll("main section")];
const box = document.querySelector(".search"), input = box.querySelector("input");
const count = box.querySelector(".count");
const search = () => {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const [element, text] of entries) {
    element.hidden = !words.every(word => text.includes(word));
    shown += !element.hidden;
  }
  for (const part of groups) part.hidden = !part.querySelector("li[data-search]:not([hidden])");
  count.textContent = words.length ? `${shown} of ${entries.length} shown` : "";
};
const copy = async button => {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => { button.textContent = "Copy BibTeX"; }, 2500);
};
box.hidden = false;
input.addEventListener("input", search);
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
search();
"""


def as_html(publications: Sequence[Publication], setting: Setting) -> str:
    """The page: a heading, the search, the publications in groups, each with links and BibTeX to copy."""
    title = _text(setting.title)
    number = f"{len(publications)} publication{'' if len(publications) == 1 else 's'}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#publications">Skip to the publications</a>\n'
        f'<header>\n<h1>{title}</h1>\n<p class="about">{number}{_profile(setting)}</p>\n'
        '<div class="search" role="search" hidden>\n'
        '<label for="search">Search title, authors, venue, year</label>\n'
        '<input id="search" type="search" autocomplete="off" spellcheck="false">\n'
        '<p class="count" role="status"></p>\n</div>\n</header>\n'
        f'<main id="publications" tabindex="-1">\n{"".join(_sections(publications, setting))}</main>\n'
        f"{_legend(publications)}<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )


def _policy() -> str:
    """What the page may do: its own style and script, and nothing from elsewhere."""
    import base64
    import hashlib

    def source(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {source(_STYLE)}; script-src {source(_SCRIPT)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _profile(setting: Setting) -> str:
    if not safe_url(setting.profile_url):
        return ""
    return f' · <a href="{_address(setting.profile_url)}">Google Scholar</a>'


def _sections(publications: Sequence[Publication], setting: Setting) -> Iterator[str]:
    """Each group under its heading."""
    anchors = {id(publication): slug for slug, publication in slugs(publications)}
    references: dict[int, str] = {}
    if setting.style:
        lines = styled(publications, setting.style, HTML, setting.me)
        references = {id(publication): line for publication, line in zip(publications, lines, strict=True)}
    for number, (heading, members) in enumerate(group(publications, setting.group), start=1):
        shown = "".join(
            _entry(member, anchors[id(member)], references.get(id(member), ""), setting) for member in members
        )
        name = f' aria-labelledby="group-{number}"' if heading else ""
        head = f'<h2 id="group-{number}">{_text(heading)}</h2>\n' if heading else ""
        yield f"<section{name}>\n{head}<ol>\n{shown}</ol>\n</section>\n"


def _entry(publication: Publication, anchor: str, reference: str, setting: Setting) -> str:
    """One publication; `reference` is a CSL style's text, which then stands for title, authors and venue."""
    body = f"<p>{reference}</p>\n" if reference else _reference(publication, setting)
    return (
        f'<li id="{anchor}" data-search="{HTML.attribute(_searched(publication, setting))}">\n{body}'
        f"{_badges(publication, setting)}{_links(publication)}<details>\n<summary>BibTeX</summary>\n"
        f'<pre tabindex="0"><code>{_lines(clean_entry(publication))}</code></pre>\n'
        '<button type="button" class="copy" hidden>Copy BibTeX</button>\n</details>\n</li>\n'
    )


def _reference(publication: Publication, setting: Setting) -> str:
    title = _text(publication.title or "Untitled")
    if url := best_url(publication):
        title = f'<a href="{_address(url)}">{title}</a>'
    parts = [f"<h3>{title}</h3>\n"]
    if publication.authors:
        authors, _ = write_authors(
            publication.authors,
            others=publication.others,
            mine=setting.mine(publication),
            style=_AUTHORS,
            most=setting.max_authors,
            markup=HTML,
        )
        parts.append(f'<p class="authors">{authors}</p>\n')
    if where := ", ".join(filter(None, (venue_with_abbr(publication), str(publication.year or "")))):
        parts.append(f'<p class="venue">{_text(where)}</p>\n')
    return "".join(parts)


def _badges(publication: Publication, setting: Setting) -> str:
    awards = [
        f'<li class="award">{_text(award.text if award.presentation else f"{TROPHY} {award.text}")}</li>'
        for award in publication.awards
    ]
    tags = [f'<li class="tag">{_text(tag)}</li>' for tag in setting.tags(publication)]
    return f'<ul class="badges">{"".join(awards + tags)}</ul>\n' if awards or tags else ""


def _links(publication: Publication) -> str:
    """The links, each telling a screen reader whose they are."""
    name = HTML.attribute(publication.title or "Untitled")
    shown = [
        f'<li><a href="{_address(link.url)}" aria-label="{link.label}: {name}">{link.label}</a></li>'
        for link in publication.links
        if safe_url(link.url)
    ]
    return f'<ul class="links">{"".join(shown)}</ul>\n' if shown else ""


def _legend(publications: Sequence[Publication]) -> str:
    """What the signs behind names mean; only of signs that are shown."""
    used = {role for publication in publications for author in publication.authors for role in author.roles}
    meanings = [f"<sup>{sign}</sup> {meaning}" for role, sign, meaning in _ROLES if role in used]
    return f"<footer>\n<p>{'; '.join(meanings)}</p>\n</footer>\n" if meanings else ""


def _searched(publication: Publication, setting: Setting) -> str:
    """What the search looks through."""
    names = [author.name.full for author in publication.authors]
    texts = [
        publication.title,
        *names,
        venue_with_abbr(publication),
        str(publication.year or ""),
        *(award.text for award in publication.awards),
        *setting.tags(publication),
    ]
    return " ".join(filter(None, texts))


def _text(text: str) -> str:
    """Plain text as HTML, wherever text may stand."""
    return HTML.attribute(text).replace("&#39;", "'")


def _lines(text: str) -> str:
    return "\n".join(_text(line) for line in text.rstrip("\n").split("\n"))


def _address(url: str) -> str:
    return HTML.attribute(safe_url(url))
