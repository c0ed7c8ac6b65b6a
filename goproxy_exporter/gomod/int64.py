"""Which number does Go read in a text?

Source: strconv.ParseInt of go 1.27.3 with base 10 and 64 bits: a sign and leading zeros pass.
"""

import re

from goproxy_exporter.errors import ProtocolError

MAX = (1 << 63) - 1

_NUMBER = re.compile(rb"([+-]?)0*([0-9]{1,19})")


def parse_int64(text: bytes) -> int:
    """Read a decimal number; raises ProtocolError for what Go refuses."""
    found = _NUMBER.fullmatch(text)
    number = int(found[1] + found[2]) if found else MAX + 1
    if not -MAX - 1 <= number <= MAX:
        raise ProtocolError("not a number of 64 bits")
    return number
