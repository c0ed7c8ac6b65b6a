"""Which GOSUMDB values can be judged?"""

import re

from goproxy_exporter.config.urls import check_plain_url
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.gosumdb import KNOWN, parse_gosumdb
from goproxy_exporter.gomod.space import fields

_NAME = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*"
)
"""Names that go and we can turn into a URL; go takes odder ones as well."""


def check_gosumdb(text: str) -> str:
    """Pass ``off``, or a known name or verifier key with an optional URL, blanks made one.

    Raises ValueError with the reason.
    """
    parts = fields(text)
    try:
        database = parse_gosumdb(" ".join(parts))
    except ProtocolError as error:
        raise ValueError(f"{{}} {error}") from error
    if database is None:
        return "off"
    if not _NAME.fullmatch(database.name):
        raise ValueError("{} has a database name that is not host[/path]")
    return " ".join((parts[0], *map(check_plain_url, parts[1:])))


def is_public(text: str | None) -> bool:
    """Tell whether a value that was checked names the database sum.golang.org."""
    return text is not None and text.split()[0].partition("+")[0] in KNOWN
