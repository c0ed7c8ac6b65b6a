"""What is the value of a secret, and where did it come from?"""

import re

from goproxy_exporter.config.expand import references
from goproxy_exporter.config.files import FileError, Files
from goproxy_exporter.config.gather import AnyItem
from goproxy_exporter.model.mirror import Secret

_SCHEME = "file:"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


def secret(item: AnyItem, *keys: str, value: str, files: Files) -> Secret | None:
    """Resolve a secret: text, ``${ENV}``, or ``file:PATH`` beside the configuration file.

    None where there is a problem, which is then noted at the key.
    """
    written = item.written(*keys)
    # Only what the file itself says is a reference; a variable's value is never one.
    if not written.startswith(_SCHEME):
        return _usable(item, keys, Secret(origin_of(written), value))
    path = (item.folder / value.removeprefix(_SCHEME)).absolute()
    try:
        content = files.secret(path)
    except FileError as error:
        item.complain(*keys, message=f"the file of the secret {error}")
        return None
    return _usable(item, keys, Secret(written, content))


def origin_of(written: str) -> str:
    """Give the variables that a text names, or ``inline`` where it names none."""
    return "".join(f"${{{name}}}" for name in references(written)) or "inline"


def _usable(item: AnyItem, keys: tuple[str, ...], found: Secret) -> Secret | None:
    if found.value == "":
        item.complain(*keys, message="the secret is empty")
    elif _UNPRINTABLE.search(found.value):
        item.complain(*keys, message="the secret has a control character or a second line")
    else:
        return found
    return None
