"""A web server of our own on 127.0.0.1: real HTTP, and every way an answer can go wrong."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    """What was asked: `path` with its query, the names in `headers` lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer, which can go wrong.

    It can come late (`delay` seconds), byte by byte (`drip` seconds apart), in `copies` of its body
    without a length, as a reset before its first byte, or break off half-way (`cut`).
    """

    status: int = 200
    body: str | bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    copies: int = 1
    reset: bool = False
    cut: bool = False


Answering = Reply | Callable[[Request], Reply]


class Server:
    """Answers by path, with or without its query; its replies are used in turn, the last one for ever."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._replies: dict[str, list[Answering]] = {}
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, path: str, *replies: Answering | str | bytes) -> None:
        """Set what `path` is answered with; bare text is a reply of status 200."""
        self._replies[path] = [
            Reply(body=reply) if isinstance(reply, (str, bytes)) else reply for reply in replies
        ]

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    def environ(self, *services: str) -> dict[str, str]:
        """The environment in which these services are here, each below a folder of its own name."""
        return {f"PUBCLI_{service.upper()}_URL": f"{self.url}/{service}" for service in services}

    def reply_to(self, request: Request) -> Reply:
        """The next reply to a request, which is noted."""
        self.requests.append(request)
        for path in (request.path, request.path.partition("?")[0]):
            if replies := self._replies.get(path):
                reply = replies.pop(0) if len(replies) > 1 else replies[0]
                return reply(request) if callable(reply) else reply
        return Reply(404, "not found")

    def wait(self, seconds: float) -> None:
        """Wait, but not past the end of the server."""
        self._closing.wait(seconds)

    def run(self) -> None:
        """Answer until closed."""
        self._http.serve_forever(poll_interval=0.01)

    def close(self) -> None:
        """End, and free the port."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serve() -> Iterator[Server]:
    """A server that runs as long as the block."""
    server = Server()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.reply_to(Request(self.command, self.path, headers, self.rfile.read(length)))
            server.wait(reply.delay)
            try:
                self.send(reply)
            except ConnectionError:
                self.close_connection = True

        do_POST = do_GET

        def send(self, reply: Reply) -> None:
            self.close_connection = True
            if reply.reset:
                abandoned = socket.socket(fileno=self.connection.detach())
                abandoned.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                abandoned.close()
                return
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.copies == 1:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if reply.drip:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    server.wait(reply.drip)
            else:
                for _ in range(reply.copies):
                    self.wfile.write(body[: len(body) // 2] if reply.cut else body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
