"""Which bytes can stand in a note or in a record?

Source: golang.org/x/mod/sumdb/note (Open) and tlog (isValidRecordText).
"""

import re

_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


def is_plain_text(body: bytes) -> bool:
    """Tell whether it is UTF-8 without control characters below U+0020 other than line feeds."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(body)
