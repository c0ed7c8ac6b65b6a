"""Which bytes does Go's base64.StdEncoding decode a text to?

Source: encoding/base64 of go 1.27.3: padding is required, line ends are skipped, and the bits
that the last letter has too many may be anything. Python takes wrong padding as well.
"""

import re
from binascii import a2b_base64

from goproxy_exporter.errors import ProtocolError

_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.DOTALL)


def decode(text: bytes) -> bytes:
    """Decode padded base64; raises ProtocolError for what Go refuses."""
    bare = text.translate(None, b"\r\n")
    if not _BASE64.fullmatch(bare):
        raise ProtocolError("not base64")
    return a2b_base64(bare)
