"""How does the beginning of a body look, if it is text?"""

import codecs

from goproxy_exporter.wire.redact import plain

LENGTH = 200
_WHITE = "\t\n\r\f\v"


def excerpt(head: bytes) -> str:
    """Give the first characters as one printable line; nothing for what is not UTF-8 text.

    `head` may end in the middle of a character.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return ""
    if any(not char.isprintable() and char not in _WHITE and char.isascii() for char in text):
        return ""
    return plain(text, limit=LENGTH)
