"""A list of publications as the text of a page's section: references, group headings, legend, closing link.

Knows what stands around and between references; how one reference looks is the template's, which
publications are shown and in what order is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pubcli.errors import UsageError
from pubcli.markup import Markup
from pubcli.matching import Me, my_authors
from pubcli.publication import Publication
from pubcli.query import group
from pubcli.template import Look, Template

_GROUP_HEADINGS = {"markdown": "### {}", "html": "<h3>{}</h3>", "latex": r"\subsection*{{}}", "text": "{}"}
_PROFILE_LINKS = {
    "markdown": "<small>[View full list on [Google Scholar]({url})]</small>",
    "html": '<p><small>[View full list on <a href="{url}">Google Scholar</a>]</small></p>',
    "latex": r"\noindent{\small [View full list on \href{{url}}{Google Scholar}]}",
    "text": "View full list on Google Scholar: {url}",
}
_ROLE_MEANINGS = {"equal": "equal contribution", "corresponding": "corresponding author"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a list of references is laid out. Texts that are the user's own are written as they are.

    `group_heading` and `profile_link` hold `{}` and `{url}`; True stands for the language's usual
    text, an empty text for none. `numbering` is `up` or `down`; `limit` 0 shows all.
    """

    me: tuple[str, ...] = ()
    """My names; without any, the authors that the library highlights are set off."""
    look: Look = field(default_factory=Look)
    group: str = ""
    group_heading: str = ""
    limit: int = 0
    numbering: str = "up"
    enclosed: bool = False
    """Whether the template's own opening and closing (`<ul>`, `</ul>`) stand around each list."""
    legend: bool | str = False
    intro: str = ""
    footer: str = ""
    profile_link: bool | str = False
    profile_url: str = ""


def references(publications: Sequence[Publication], template: Template, layout: Layout) -> str:
    """What stands between a region's markers, in whole lines: the references in the order given.

    UsageError if `group` or `numbering` is unknown, or a profile link is wanted and there is no address.
    """
    shown = publications[: layout.limit] if layout.limit else publications
    gap = "\n" if template.markup.name == "html" else "\n\n"
    parts = [layout.intro, _legend(shown, template, layout)]
    parts += _lists(shown, template, layout, gap)
    parts += [layout.footer, profile_line(template.markup, layout.profile_link, layout.profile_url)]
    body = gap.join(part.strip("\n") for part in parts if part.strip("\n"))
    return body + "\n" if body else ""


def section(
    publications: Sequence[Publication], template: Template, layout: Layout, *, heading: str = ""
) -> str:
    """The whole section: the heading as it is, an empty line, and the references."""
    body = references(publications, template, layout)
    return f"{heading.strip()}\n\n{body}" if heading.strip() else body


def profile_line(markup: Markup, profile_link: bool | str, url: str) -> str:
    """The closing line that links to the profile, or nothing where none is wanted."""
    text = _PROFILE_LINKS[markup.name] if profile_link is True else profile_link or ""
    if "{url}" in text and not url:
        raise UsageError(
            "a link to the Scholar profile is wanted, but no profile is known",
            hint="set `scholar` to the id in your profile's address, or `profile_link = false`",
        )
    return text.replace("{url}", markup.url(url))


def _lists(publications: Sequence[Publication], template: Template, layout: Layout, gap: str) -> list[str]:
    """Each group's heading and its list."""
    numbers = _numbers(publications, layout.numbering)
    me = Me.of(layout.me)
    heading_text = layout.group_heading or _GROUP_HEADINGS[template.markup.name]
    parts = []
    for heading, members in group(publications, layout.group):
        if heading:
            parts.append(heading_text.replace("{}", template.markup.escape(heading, heading_text[:1])))
        written = [
            template.render(member, mine=my_authors(member, me), number=numbers[id(member)], look=layout.look)
            for member in members
        ]
        joined = template.between.join(text.rstrip("\n") for text in written)
        parts.append(
            f"{template.opening}{joined}{template.closing}" if layout.enclosed and joined else joined
        )
    return parts


def _numbers(publications: Sequence[Publication], numbering: str) -> dict[int, int]:
    if numbering not in ("up", "down"):
        raise UsageError(f"cannot number '{numbering}'", hint="known: up, down")
    ordered = publications if numbering == "up" else list(reversed(publications))
    return {id(publication): number for number, publication in enumerate(ordered, start=1)}


def _legend(publications: Sequence[Publication], template: Template, layout: Layout) -> str:
    """The line that says what the signs behind names mean; only signs that are shown."""
    if layout.legend is not True:
        return layout.legend or ""
    roles = {role for publication in publications for author in publication.authors for role in author.roles}
    meanings = [f"{sign} {_ROLE_MEANINGS[role]}" for role, sign in template.role_signs if role in roles]
    return "; ".join(meanings)
