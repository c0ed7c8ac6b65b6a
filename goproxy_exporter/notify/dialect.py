"""How is a message written for each kind of robot, within what it takes?

Sources: Slack "Incoming webhooks" and "Formatting text"; WeCom "Group robot"; DingTalk "Custom
robot"; Feishu "Custom bot". What a peer may have chosen is never markup or a mention.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from goproxy_exporter.notify.destination import Kind
from goproxy_exporter.notify.message import Message

_LOOKALIKES = str.maketrans("<>[]()*`#", "＜＞［］（）＊ˋ＃")  # noqa: RUF001 - they are meant
"""What would be markup, a link or a mention, as characters that only look like it."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ROOM = 100
"""Kept free for the words about what was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a robot makes of text. `limit` is in octets of UTF-8, or in characters."""

    limit: int
    body: Callable[[str, str], dict[str, Any]]
    """From title and text to what is sent."""
    escapes: Mapping[int, int | str]
    bold: str = ""
    """Stands around headings."""
    bullet: str = "- "
    newline: str = "\n"
    size: Callable[[str], int] = field(default=lambda text: len(text.encode()))


def _slack(_title: str, text: str) -> dict[str, Any]:
    return {"text": text}


def _wecom(_title: str, text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": text}}


def _dingtalk(title: str, text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def _feishu(_title: str, text: str) -> dict[str, Any]:
    return {"msg_type": "text", "content": {"text": text}}


DIALECTS: dict[Kind, Dialect] = {
    Kind.SLACK: Dialect(
        limit=4000, size=len, body=_slack, escapes=_ENTITIES, bold="*", bullet="• "
    ),
    Kind.WECOM: Dialect(limit=4096, body=_wecom, escapes=_LOOKALIKES, bold="**", bullet="> "),
    # The whole request may have 20,000 octets; of the text, every one may need an escape in JSON.
    Kind.DINGTALK: Dialect(
        limit=9000, body=_dingtalk, escapes=_LOOKALIKES, bold="**", newline="\n\n"
    ),
    Kind.FEISHU: Dialect(limit=9000, body=_feishu, escapes=_LOOKALIKES),
}
"""The robots; an endpoint that takes JSON gets the event itself."""


def body_of(message: Message, kind: Kind) -> dict[str, Any]:
    """Write a message as a robot's request; what does not fit is left out, and that is said."""
    dialect = DIALECTS[kind]
    return dialect.body(message.title.translate(_LOOKALIKES), _text(message, dialect))


def _text(message: Message, dialect: Dialect) -> str:
    closing = [line.translate(dialect.escapes) for line in message.closing]
    left = dialect.limit - _ROOM - sum(_cost(line, dialect) for line in closing)
    lines = list(_lines(message, dialect))
    taken: list[str] = []
    for line in lines:
        left -= _cost(line, dialect)
        if left < 0:
            taken.append(f"… {len(lines) - len(taken)} more lines: the report has them all")
            break
        taken.append(line)
    return dialect.newline.join((*taken, *closing))


def _cost(line: str, dialect: Dialect) -> int:
    return dialect.size(line) + len(dialect.newline)


def _lines(message: Message, dialect: Dialect) -> Iterator[str]:
    yield _bold(message.title, dialect)
    for block in message.blocks:
        yield _bold(block.head, dialect)
        for line in block.lines:
            yield dialect.bullet + line.translate(dialect.escapes)


def _bold(text: str, dialect: Dialect) -> str:
    return f"{dialect.bold}{text.translate(dialect.escapes)}{dialect.bold}"
