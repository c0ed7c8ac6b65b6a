"""Robots of DingTalk and Feishu: they take what is signed, and say 200 whatever they think."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from answering import Answering

SECRET = "SEC0123456789"
DINGTALK_BUSY = {"errcode": 130101, "errmsg": "send too fast"}


@dataclass
class Robots:
    """What was taken, by robot, and what was not."""

    url: str = ""
    taken: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"dingtalk": [], "feishu": []}
    )
    refused: list[dict[str, Any]] = field(default_factory=list)
    busy: int = 0
    """How many messages DingTalk is too busy for."""


@contextmanager
def robots() -> Iterator[Robots]:
    """Listen on the loopback, on a port that is free."""
    found = Robots()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


def _handler(found: Robots) -> type[BaseHTTPRequestHandler]:
    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            content = self.content()
            parts = urlsplit(self.path)
            robot = parts.path.strip("/")
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            answer = _dingtalk(found, query) if robot == "dingtalk" else _feishu(content)
            good = 0 in answer.values()
            (found.taken[robot] if good else found.refused).append(content)
            self.answer(answer)

    return Handler


def _dingtalk(found: Robots, query: dict[str, str]) -> dict[str, Any]:
    """The key is the secret; what is signed is the time in milliseconds, a line end, the secret."""
    text = f"{query.get('timestamp', '')}\n{SECRET}"
    if query.get("sign") != _sign(SECRET.encode(), text.encode()):
        return {"errcode": 310000, "errmsg": "sign not match"}
    if found.busy:
        found.busy -= 1
        return DINGTALK_BUSY
    return {"errcode": 0, "errmsg": "ok"}


def _feishu(content: dict[str, Any]) -> dict[str, Any]:
    """The key is the time in seconds, a line end, the secret; nothing is signed with it."""
    key = f"{content.get('timestamp', '')}\n{SECRET}"
    if content.get("sign") != _sign(key.encode(), b""):
        return {"code": 19021, "msg": "sign match fail"}
    return {"code": 0, "msg": "success"}


def _sign(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
