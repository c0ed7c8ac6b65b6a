"""Has the receiver taken a message, and if not, is it worth trying again?

Robots answer 200 whatever they think, and say in the body what they do: ``errcode`` (WeCom,
DingTalk), ``code`` or ``StatusCode`` (Feishu), ``ok`` (Slack).
"""

import json
from dataclasses import dataclass
from typing import Any

from goproxy_exporter.notify.destination import Kind

_AGAIN = frozenset({408, 409, 425, 429})
_FIRST_SERVER_ERROR = 500
_SUCCESS = range(200, 300)

_CODES: dict[Kind, tuple[str, ...]] = {
    Kind.WECOM: ("errcode",),
    Kind.DINGTALK: ("errcode",),
    Kind.FEISHU: ("code", "StatusCode"),
}
"""Where a robot says in the body how it went; 0 is success."""
_BUSY: dict[Kind, frozenset[int]] = {
    Kind.WECOM: frozenset({-1, 45009, 45033}),
    Kind.DINGTALK: frozenset({-1, 130101, 410100}),
    Kind.FEISHU: frozenset({9499, 11232}),
}
"""Codes that say: too many at once, or not just now."""
_WORDS = ("errmsg", "msg", "StatusMessage", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt ended. `detail` may quote the receiver, with nothing taken out yet."""

    taken: bool
    again: bool = False
    detail: str
    wait: float | None = None
    """Seconds that the receiver asked us to wait."""


def judge(kind: Kind, status: int, body: bytes, retry_after: str | None) -> Outcome:
    """Read an answer."""
    wait = _seconds(retry_after)
    if status in _SUCCESS:
        return _said(kind, status, body, wait)
    again = status in _AGAIN or status >= _FIRST_SERVER_ERROR
    redirect = " (a redirect is not followed)" if status // 100 == 3 else ""  # noqa: PLR2004 - 3xx
    return Outcome(taken=False, again=again, detail=f"status {status}{redirect}", wait=wait)


def _said(kind: Kind, status: int, body: bytes, wait: float | None) -> Outcome:
    said = _object(body)
    if kind not in _CODES:
        if kind is Kind.SLACK and said.get("ok") is False:
            return Outcome(taken=False, detail=_quoted(f"status {status}, ok: false", said))
        return Outcome(taken=True, detail=f"status {status}")
    found = next(((name, said[name]) for name in _CODES[kind] if name in said), None)
    if found is None:
        return Outcome(taken=False, detail=f"status {status}, but no answer of a {kind} robot")
    name, code = found
    detail = f"status {status}, {name} {code}"
    if code == 0:
        return Outcome(taken=True, detail=detail)
    again = isinstance(code, int) and code in _BUSY[kind]
    return Outcome(taken=False, again=again, detail=_quoted(detail, said), wait=wait)


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _quoted(detail: str, said: dict[str, Any]) -> str:
    words = next((said[name] for name in _WORDS if isinstance(said.get(name), str)), "")
    return f"{detail}: {words}" if words else detail


def _seconds(retry_after: str | None) -> float | None:
    """Read Retry-After in seconds; a date is left to the usual waiting."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None  # noqa: PLR2004 - eleven days
