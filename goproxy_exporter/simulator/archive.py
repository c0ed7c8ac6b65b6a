"""Packs files into a module zip, the same bytes every time."""

import io
import zipfile
from collections.abc import Iterable

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name; the go command writes no times either."""
_INCOMPRESSIBLE = ".bin"


def pack(prefix: str, files: Iterable[tuple[str, bytes]]) -> bytes:
    """Pack (name, content) pairs below `prefix`, in the order given, as a zip.

    Any name is taken, also one that no module may have: a world needs broken archives too.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writestr(_entry(prefix + name), content)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    stored = name.endswith(_INCOMPRESSIBLE)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return entry
