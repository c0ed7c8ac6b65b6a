"""How is what Alertmanager writes for Slack told by a robot that it does not know?

Title and text are ready: Alertmanager has rendered them, with the template that is meant for the
robot. Sources: Slack "Attachments"; Alertmanager, notify/slack; WeCom "Group robot"; DingTalk "Custom
robot"; Feishu "Custom bot" and "Card JSON".
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from goproxy_exporter.notify.destination import Destination, Kind
from goproxy_exporter.notify.dialect import DIALECTS
from goproxy_exporter.notify.letter import HEADERS, Letter, robot_letter

_CUT = "\n…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """One notification, in Markdown."""

    title: str
    text: str
    colour: str
    """A word of Slack's: `good`, `warning` or `danger`; else nothing is coloured."""

    @staticmethod
    def parse(body: bytes) -> "Relayed":
        """Read what was sent to Slack. Raises ValueError with what is wrong."""
        try:
            attachment = json.loads(body)["attachments"][0]
            title, text = attachment["title"], attachment["text"]
            colour = attachment.get("color", "")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise ValueError("this is no message with an attachment, title and text") from None
        if not all(isinstance(one, str) for one in (title, text, colour)):
            raise ValueError("title, text and color have to be text")
        return Relayed(title=title, text=text, colour=colour)


def relayed_letter(relayed: Relayed, destination: Destination, now: float) -> Letter:
    """Write to a robot at `now` in Unix seconds; what it does not take is cut off the end."""
    limit = DIALECTS[destination.kind].limit
    fitting = Relayed(
        title=relayed.title, text=_fitting(relayed.text, limit), colour=relayed.colour
    )
    return robot_letter(ROBOTS[destination.kind](fitting), destination, now, dict(HEADERS))


def _fitting(text: str, limit: int) -> str:
    """Give the lines that take at most `limit` octets, and a mark where some are missing."""
    octets = text.encode("utf-8", "replace")
    if len(octets) <= limit:
        return octets.decode()
    taken = octets[: limit - len(_CUT.encode())].decode("utf-8", "ignore")
    return (taken.rpartition("\n")[0] or taken) + _CUT


def _plainly(kind: Kind) -> Callable[[Relayed], dict[str, Any]]:
    """Write as an inspection does: Markdown is what the robot reads."""
    return lambda relayed: DIALECTS[kind].body(relayed.title, relayed.text)


def _card(relayed: Relayed) -> dict[str, Any]:
    """Write a card: plain messages of Feishu know no Markdown."""
    header: dict[str, Any] = {"title": {"tag": "plain_text", "content": relayed.title}}
    if relayed.colour in _TEMPLATES:
        header["template"] = _TEMPLATES[relayed.colour]
    elements = [{"tag": "markdown", "content": relayed.text}]
    return {"msg_type": "interactive", "card": {"header": header, "elements": elements}}


_TEMPLATES = {"good": "green", "warning": "orange", "danger": "red"}
"""The colour of a card's head."""

ROBOTS: dict[Kind, Callable[[Relayed], dict[str, Any]]] = {
    Kind.WECOM: _plainly(Kind.WECOM),
    Kind.DINGTALK: _plainly(Kind.DINGTALK),
    Kind.FEISHU: _card,
}
"""The robots that are told; Slack, and endpoints that take JSON, are told by Alertmanager itself."""
