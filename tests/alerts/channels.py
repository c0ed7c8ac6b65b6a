"""Slack, WeCom and a mail server, as far as Alertmanager sees of them."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from answering import Answering


@dataclass
class Channels:
    """What arrived, by channel."""

    slack: list[dict[str, Any]] = field(default_factory=list)
    wecom: list[dict[str, Any]] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    web: str = ""
    smtp: str = ""


@contextmanager
def channels() -> Iterator[Channels]:
    """Listen on the loopback, on ports that are free."""
    found = Channels()
    web = ThreadingHTTPServer(("127.0.0.1", 0), _web(found))
    post = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _post(found))
    post.daemon_threads = True
    for server in (web, post):
        Thread(target=server.serve_forever, daemon=True).start()
    found.web = f"http://127.0.0.1:{web.server_port}"
    found.smtp = f"127.0.0.1:{post.server_address[1]}"
    yield found
    for server in (web, post):
        server.shutdown()
        server.server_close()


def _web(found: Channels) -> type[BaseHTTPRequestHandler]:
    class Handler(Answering):
        def do_GET(self) -> None:  # noqa: N802 - http.server's name
            self.answer({"errcode": 0, "access_token": "token"})

        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            content = self.content()
            (found.wecom if "message/send" in self.path else found.slack).append(content)
            self.answer({"errcode": 0})

    return Handler


def _post(found: Channels) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 mail.test\r\n")
            while line := self.rfile.readline():
                match line.split()[0].upper():
                    case b"EHLO" | b"HELO":
                        self.wfile.write(b"250 mail.test\r\n")
                    case b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        found.mail.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                        self.wfile.write(b"250 taken\r\n")
                    case b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    case _:
                        self.wfile.write(b"250 ok\r\n")

    return Handler
