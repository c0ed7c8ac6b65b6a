"""What does the status of an answer mean for the rest of a GOPROXY list?"""

from enum import StrEnum


class Class(StrEnum):
    """How `go` takes an answer. A failure without any status is a `STOP` too."""

    SUCCESS = "success"
    NOT_EXIST = "not_exist"
    """The next entry is asked, whatever the separator."""
    STOP = "stop"
    """The next entry is asked only after ``|``."""


def classify(status: int) -> Class:
    """Class a final status: 200 alone is a success, 404 and 410 alone mean absence.

    Source: cmd/go/internal/web/api.go (Response.Err, HTTPError.Is).
    """
    match status:
        case 200:
            return Class.SUCCESS
        case 404 | 410:
            return Class.NOT_EXIST
        case _:
            return Class.STOP
