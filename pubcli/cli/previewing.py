"""`preview`: the section as it will look, in the terminal or on a page of this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated

import typer

from pubcli.cli.exporting import Name, Template, page_named, shown_section
from pubcli.cli.params import Query
from pubcli.cli.session import Session
from pubcli.cli.shown import template_of
from pubcli.errors import PubcliError, UsageError
from pubcli.markup import Markup
from pubcli.render.preview import as_page, on_terminal, version
from pubcli.visible import visible

app = typer.Typer()

# Another site cannot make a browser ask us under its own name (DNS rebinding).
_HOSTS = ("127.0.0.1", "localhost")


@app.command()
def preview(
    ctx: typer.Context,
    name: Name = None,
    template: Template = None,
    query: Query = None,
    web: Annotated[
        bool, typer.Option("--web", help="Serve it at 127.0.0.1; reloads when the library changes.")
    ] = False,
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes a free one.")] = 0,
) -> None:
    """Show the section as it will look; --web as a page in the browser, until Ctrl-C.

    Example: pubcli preview --web
    """
    session: Session = ctx.obj

    def rendered() -> tuple[str, Markup]:
        fresh = Session(session.library_option, session.config.path)
        return _section(fresh, name, query, template)

    text, markup = rendered()
    if web:
        _serve(session, rendered, port)
    elif session.width is None:
        session.write(text)
    else:
        shown = on_terminal(visible(text, keep="\n"), markup, width=session.width, color=session.color)
        session.paint([shown])


def _section(
    session: Session, name: str | None, query: str | None, template: str | None
) -> tuple[str, Markup]:
    page = page_named(session, name, query, template)
    text = shown_section(session, page, bare=name is None and query is None, region=name is not None)
    return text, template_of(page, session.config).markup


def _serve(session: Session, rendered: Callable[[], tuple[str, Markup]], port: int) -> None:
    """Answer on the loopback address only, and with nothing but this page, until interrupted."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            if host not in _HOSTS or self.path not in ("/", "/version"):
                self.send_error(404)
                return
            try:
                text, markup = rendered()
            except PubcliError as error:  # half-saved library: show why, until the next look
                text, markup = f"{error.message}\n\n{error.hint}\n", looked
            body = version(text) if self.path == "/version" else as_page(text, markup, title="pubcli preview")
            data = body.encode("utf-8", "replace")
            self.send_response(200)
            self.send_header(
                "Content-Type", f"text/{'plain' if self.path == '/version' else 'html'}; charset=utf-8"
            )
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: the terminal is the user's."""

    _, looked = rendered()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {error.strerror}", hint="--port 0 takes a free one"
        ) from None
    with server:
        address = f"http://127.0.0.1:{server.server_port}/"
        session.write(f"{address}\n")
        sys.stdout.flush()
        if session.interactive:
            import webbrowser

            webbrowser.open(address)
            session.say("Ctrl-C ends the preview")
        server.serve_forever()
