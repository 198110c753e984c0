"""The built-in templates: one default string for each way in which people write references.

Each is an ordinary template string, to be copied into a configuration and changed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pubcli.markup import HTML, LATEX, MARKDOWN, Markup


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A template under a name; `opening` and `closing` enclose a whole list that stands alone."""

    name: str
    summary: str
    markup: Markup
    source: str
    opening: str = ""
    closing: str = ""


# What several of them share: `venue, year` where either may be missing, and a title linked where it can be.
_WHEN = "{?{venue}, {year}{|}{venue}{|}{year}?}"
_BADGE = "{?{abbr} {year}{|}{abbr}{|}{year}?}"
_TITLE_MD = "{?[{title}]({url}){|}{title}{|}Untitled?}"
_TITLE_HTML = '{?<a href="{url}">{title}</a>{|}{title}{|}Untitled?}'
_TITLE_TEX = r"{?\href{{url}}{{title}}{|}{title}{|}Untitled?}"

_TABLE = (
    BuiltIn(
        "academicpages",
        "a bullet of three lines: title with awards and tags, authors, venue",
        MARKDOWN,
        '* **{?{title}{|}Untitled?}**{*awards  {?{trophy} ?}<strong style="color: #C0392B;"><small>{text}'
        "</small></strong>*}{*tags  <small>[{text}]</small>*}{?  \n  <small>{authors}.</small>?}"
        "{?  \n  <small>*{?{venue:abbr}, {year}{|}{venue:abbr}{|}{year}?}.*</small>?}{/}\n\n",
    ),
    BuiltIn(
        "md-stack",
        "a bullet with title, authors, venue and links on their own lines",
        MARKDOWN,
        "- **" + _TITLE_MD + "**{*awards  *{text}**}{?  \n  {authors}?}{?  \n  *" + _WHEN + "*?}"
        '{?  \n  {*links not=url sep=" " [[{label}]({url})]*}?}{/}\n\n',
    ),
    BuiltIn(
        "md-line",
        "one line: venue, linked title, authors, links",
        MARKDOWN,
        "- {?`" + _BADGE + "` ?}" + _TITLE_MD + '{?, {authors:last=", "}?}{*awards , **{text}***}'
        "{*links not=url  [[{label}]({url})]*}{/}\n",
    ),
    BuiltIn(
        "html-list",
        "a list item with classes",
        HTML,
        '<li><span class="title">' + _TITLE_HTML + '</span>{*awards  <span class="award">{text}</span>*}'
        '{?<br>\n  <span class="authors">{authors}</span>?}'
        '{?<br>\n  <span class="venue">' + _WHEN + "</span>?}"
        '{?<br>\n  {*links not=url sep=" " [<a href="{url}">{label}</a>]*}?}</li>{/}\n',
        "<ul>\n",
        "\n</ul>",
    ),
    BuiltIn(
        "html-table",
        "a table row with a picture beside the text",
        HTML,
        '<tr>\n  <td width="25%">{?<img src="{thumbnail}" alt="{title}" width="160">?}</td>\n  <td>\n'
        "    <strong>" + _TITLE_HTML + "</strong>{*awards  <em>{text}</em>*}"
        "{?<br>\n    {authors}?}{?<br>\n    <em>" + _WHEN + "</em>?}"
        '{?<br>\n    {*links not=url sep=" / " <a href="{url}">{label:lower}</a>*}?}\n  </td>\n</tr>{/}\n',
        "<table>\n",
        "\n</table>",
    ),
    BuiltIn(
        "card",
        "a box with badge, picture, title, authors and links, as in acad-homepage",
        MARKDOWN,
        "<div class='paper-box'><div class='paper-box-image'><div>"
        '{?<div class="badge">' + _BADGE + '</div>?}{?<img src=\'{thumbnail}\' alt="sym" width="100%">?}'
        "</div></div>\n<div class='paper-box-text' markdown=\"1\">\n\n" + _TITLE_MD + "{?\n\n{authors}?}"
        "{?\n\n*" + _WHEN + '*?}{?\n\n{*links not=url sep=" " [**{label}**]({url})*}?}'
        '{?\n\n{*awards sep=", " **{text}***}?}\n\n</div>\n</div>{/}\n\n',
    ),
    BuiltIn(
        "tex-item",
        "an item of a LaTeX list",
        LATEX,
        "\\item {?{authors:last=' and '}. ?}\\textit{" + _TITLE_TEX + "}.{? " + _WHEN + ".?}"
        "{*awards  \\textbf{{text}}.*}{/}\n",
        "\\begin{itemize}\n",
        "\n\\end{itemize}",
    ),
    BuiltIn(
        "tex-macro",
        "a macro with an argument for each part, as in moderncv",
        LATEX,
        "\\cventry{{year}}{" + _TITLE_TEX + "}{{venue}}{{doi}}{{awards}}{{authors}}{/}\n",
    ),
)

# An invented publication that shows what a template does with each part.
SAMPLE_FIELDS: Mapping[str, str] = {
    "title": "Weaving Numbers on a Mechanical Loom",
    "author": "Lovelace, Ada and Hopper, Grace and Turing, Alan",
    "booktitle": "Proceedings of the 3rd Conference on Looms and Engines",
    "abbr": "LOOM",
    "year": "2024",
    "keywords": "Looms",
    "award": "Best Paper Award",
    "url": "https://example.org/loom",
    "code": "https://example.org/loom/code",
}

BUILT_INS: Mapping[str, BuiltIn] = {template.name: template for template in _TABLE}
DEFAULT = "academicpages"
