"""Which characters does Go call white space? Python's own set has four more.

Source: unicode.IsSpace, strings.Fields.
"""

import re

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

_FIELD = re.compile(rf"[^{SPACE}]+")


def fields(text: str) -> list[str]:
    """Split a text at white space (strings.Fields)."""
    return _FIELD.findall(text)
