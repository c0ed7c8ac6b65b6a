"""What is sent to one destination?"""

import json
from dataclasses import dataclass, field
from typing import Any

from goproxy_exporter import __version__
from goproxy_exporter.notify.destination import Destination, Kind
from goproxy_exporter.notify.dialect import body_of
from goproxy_exporter.notify.event import event_of
from goproxy_exporter.notify.message import message_of
from goproxy_exporter.notify.news import News
from goproxy_exporter.notify.signature import dingtalk_url, feishu_fields, webhook_headers

HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": f"goproxy_exporter/{__version__}",
}
"""What every letter has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One POST request; its URL and headers are secret."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes


def letter(news: News, destination: Destination, now: float) -> Letter:
    """Write to a destination at `now` in Unix seconds, which is signed too where it knows that."""
    key = news.key(destination)
    headers = {**HEADERS, "Idempotency-Key": key}
    if destination.kind is Kind.JSON:
        body = _written(event_of(news))
        headers |= webhook_headers(key, destination.secret, now, body)
        if destination.token:
            headers["Authorization"] = f"Bearer {destination.token}"
        return Letter(url=destination.url, headers=headers, body=body)
    return robot_letter(body_of(message_of(news), destination.kind), destination, now, headers)


def robot_letter(
    content: dict[str, Any], destination: Destination, now: float, headers: dict[str, str]
) -> Letter:
    """Sign what a robot is sent, where it knows a signature."""
    url, secret = destination.url, destination.secret
    if secret and destination.kind is Kind.FEISHU:
        content = content | feishu_fields(secret, now)
    if secret and destination.kind is Kind.DINGTALK:
        url = dingtalk_url(url, secret, now)
    return Letter(url=url, headers=headers, body=_written(content))


def _written(content: object) -> bytes:
    # A lone surrogate in a mirror's name must not keep the message from being sent.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
