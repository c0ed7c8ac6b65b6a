"""How does the beginning of a body look, if it is text?"""

import codecs
import re

from goproxy_exporter.wire.redact import plain

LENGTH = 200
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
"""What no text has: control characters that are no white space."""


def excerpt(head: bytes) -> str:
    """Give the first characters as one printable line; nothing for what is not UTF-8 text.

    `head` may end in the middle of a character.
    """
    try:
        text, _ = codecs.utf_8_decode(head)
    except UnicodeDecodeError:
        return ""
    return "" if _BINARY.search(text) else plain(text, limit=LENGTH)
