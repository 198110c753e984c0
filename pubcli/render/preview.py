"""What a page will show, to look at before it is published: for the terminal and as a page of its own.

Knows how each target language is made visible; serves nothing and reads no file.
"""

from __future__ import annotations

from html import escape
from io import StringIO

from pubcli.markup import HTML, MARKDOWN, Markup

# `/version` says whether what would be shown is another text than the one shown here.
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
pre {{ white-space: pre-wrap; }}
</style>
</head>
<body>
{body}
<script>
const shown = "{version}";
setInterval(async () => {{
  try {{
    const answer = await fetch("/version");
    if (answer.ok && await answer.text() !== shown) location.reload();
  }} catch {{ /* the preview has ended */ }}
}}, 1000);
</script>
</body>
</html>
"""


def on_terminal(text: str, markup: Markup, *, width: int, color: bool = True) -> str:
    """The section as a terminal can show it: Markdown laid out, other languages as their source."""
    if markup is not MARKDOWN:
        return text
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(Markdown(text, hyperlinks=False))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def version(text: str) -> str:
    """A short name for this text, another one for any other text."""
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def as_page(text: str, markup: Markup, *, title: str) -> str:
    """A whole HTML page that shows the section and reloads itself when `/version` says another one."""
    if markup is MARKDOWN:
        from markdown_it import MarkdownIt

        # As the site's own generator does, with raw HTML: what came from BibTeX is escaped already.
        body = MarkdownIt("commonmark", {"html": True}).render(text)
    elif markup is HTML:
        body = text
    else:
        body = f"<pre>{escape(text)}</pre>"
    return _PAGE.format(title=escape(title), body=body, version=version(text))
