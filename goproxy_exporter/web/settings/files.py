"""What does a file hold that the web configuration consists of?"""

from pathlib import Path

LARGEST = 8 * 1024 * 1024
"""Bytes that are read; a bundle of client authorities has a few hundred thousand."""


class UnreadableError(Exception):
    """A file that cannot be used; the message says why, and holds nothing of its content."""


def read_regular(path: Path) -> bytes:
    """Read a whole file. Raises UnreadableError.

    It is read again every few seconds: a pipe would keep us waiting for ever, a device never end.
    """
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError("is not a regular file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnreadableError(f"cannot be read: {reason or 'not a path'}") from error
    if len(content) > LARGEST:
        raise UnreadableError(f"is larger than {LARGEST // 1024} KiB")
    return content
