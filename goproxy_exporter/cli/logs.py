"""How log lines look: logfmt or JSON on standard error."""

import logging
import sys
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
_FIRST = ("ts", "level", "event")


def configure(level: str, shape: LogFormat) -> None:
    """Send every event of this process to standard error in one shape."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            _renderer(shape),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_NUMBERS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _renderer(shape: LogFormat) -> structlog.typing.Processor:
    match shape:
        case LogFormat.JSON:
            return structlog.processors.JSONRenderer(ensure_ascii=False)
        case LogFormat.LOGFMT:
            return structlog.processors.LogfmtRenderer(key_order=_FIRST, drop_missing=True)
