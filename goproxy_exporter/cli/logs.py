"""How log lines look: logfmt or JSON on standard error."""

import io
import logging
import sys
from contextlib import suppress
from enum import StrEnum

import structlog


class LogFormat(StrEnum):
    """The shapes of a log line."""

    LOGFMT = "logfmt"
    JSON = "json"


LEVELS = ("debug", "info", "warn", "error")
_NUMBERS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
_RENDERERS: dict[LogFormat, structlog.typing.Processor] = {
    LogFormat.JSON: structlog.processors.JSONRenderer(ensure_ascii=False),
    LogFormat.LOGFMT: structlog.processors.LogfmtRenderer(
        key_order=("ts", "level", "event"), drop_missing=True, bool_as_flag=False
    ),
}


class Lines:
    """Writes to standard error at once. A line that it does not take is lost, and nobody stops.

    A full disk, or a reader that went away, must not keep mirrors from being watched.
    """

    def __init__(self) -> None:
        buffer = sys.stderr.buffer
        # Without a buffer no line waits in it, to fail at the very end and change the exit code.
        self._file = buffer.raw if isinstance(buffer, io.BufferedWriter) else buffer

    def write(self, line: str) -> None:
        """Write one line."""
        rest = (line + "\n").encode()
        with suppress(OSError):
            while rest:
                rest = rest[self._file.write(rest) or len(rest) :]

    debug = info = warning = error = critical = exception = write


class Bridge(logging.Handler):
    """Passes on what libraries say (asyncio about a failed handshake), in our shape."""

    def emit(self, record: logging.LogRecord) -> None:
        """Make an event of a record."""
        structlog.get_logger().log(
            record.levelno,
            "library.said",
            logger=record.name,
            message=record.getMessage(),
            exc_info=record.exc_info,
        )


def configure(level: str, shape: LogFormat) -> None:
    """Send every event of this process to standard error in one shape."""
    lines = Lines()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            *((_joined,) if shape is LogFormat.LOGFMT else ()),
            _renderer(shape),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_NUMBERS[level]),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    _join_libraries()


def _join_libraries() -> None:
    """Hear libraries from warnings on: below, some of them log what is secret (hpack: headers)."""
    root = logging.getLogger()
    for known in [one for one in root.handlers if isinstance(one, Bridge)]:
        root.removeHandler(known)
    root.addHandler(Bridge(logging.WARNING))
    logging.captureWarnings(True)  # noqa: FBT003 - the standard library knows no keyword to it


def _joined(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Write lists as text: logfmt knows none."""
    for key, value in event.items():
        if isinstance(value, list | tuple):
            event[key] = "; ".join(map(str, value))
    return event


def _renderer(shape: LogFormat) -> structlog.typing.Processor:
    render = _RENDERERS[shape]

    def rendered(logger: object, method: str, event: structlog.typing.EventDict) -> str:
        """Write an event on one line that is harmless to look at, whatever foreign text is in it."""
        line = str(render(logger, method, event))
        return line if line.isprintable() else "".join(map(_shown, line))

    return rendered


def _shown(char: str) -> str:
    """Escape what is not printable as JSON does."""
    if char.isprintable():
        return char
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
