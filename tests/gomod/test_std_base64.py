from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.std_base64 import decode


@given(st.binary())
def test_what_was_encoded_is_decoded(body: bytes) -> None:
    """Any bytes come back, whatever line ends are put between the letters."""
    text = b64encode(body)
    assert decode(text) == body
    assert decode(b"\r\n".join(text[at : at + 1] for at in range(len(text)))) == body


@pytest.mark.parametrize(
    "text", [b"AAA", b"AAAA=", b"AAAA====", b"=", b"A===", b"AA==AA==", b"AA=A", b"AA AA", b"-_--"]
)
def test_what_go_refuses(text: bytes) -> None:
    """Missing, wrong and early padding, blanks and other alphabets."""
    with pytest.raises(ProtocolError):
        decode(text)


def test_last_bits_may_be_anything() -> None:
    """The bits of the last letter that belong to no byte are not looked at."""
    assert decode(b"AB==") == decode(b"AA==") == b"\0"
