"""How does a text get into the file that was named for it?"""

import errno
import os
import tempfile
from pathlib import Path


def check_destination(path: Path) -> None:
    """Refuse what can never become a file, before anything costs time. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not path.parent.is_dir():
        wrong = errno.ENOTDIR if path.parent.exists() else errno.ENOENT
        raise OSError(wrong, os.strerror(wrong))


def put(path: Path, text: str) -> None:
    """Write a file, which then has all of the text, or is as it was before. Raises OSError.

    A link stays a link, and what it leads to is replaced. A pipe or a device is written into:
    there is nothing to replace.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        draft.chmod(0o644)  # A report is for others to read; mkstemp hides it.
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
