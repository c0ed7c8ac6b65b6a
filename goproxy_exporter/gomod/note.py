"""Who signed a note, and do the signatures hold?

Source: golang.org/x/mod/sumdb/note (Open, Sign) of go 1.27.3.
"""

from base64 import b64encode
from dataclasses import dataclass

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.note_key import Signer, Verifier, is_key_name
from goproxy_exporter.gomod.plain_text import is_plain_text
from goproxy_exporter.gomod.std_base64 import decode

_ID_BYTES = 4
_PREFIX = "\u2014 ".encode()
_MOST_SIGNATURES = 100


class NoteError(ProtocolError):
    """A note that the note package refuses."""


class UnsignedError(NoteError):
    """A well-formed note that no known key has signed."""


class SignatureError(NoteError):
    """A signature in the name of a known key that this key did not make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A signed text."""

    text: bytes
    """With its last line feed: the bytes that are signed."""
    signed_by: tuple[Verifier, ...]
    """The known keys that signed it, at least one, in the order of their signatures."""


def open_note(body: bytes, *verifiers: Verifier) -> Note:
    """Read a note as one of the known keys signed it; other signatures prove nothing.

    Raises UnsignedError where no known key signed it, SignatureError where a signature by one of
    them is bad, whatever else is good, and NoteError for what is no note.
    """
    text, block = _split(body)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed_by: list[Verifier] = []
    for number, line in enumerate(block.split(b"\n", _MOST_SIGNATURES)):
        if number == _MOST_SIGNATURES:
            raise NoteError(f"malformed note: more than {_MOST_SIGNATURES} signatures")
        name, key_id, signature = _signature(line)
        verifier = known.get((name, key_id))
        if verifier is None or verifier in signed_by:
            continue
        if not verifier.accepts(text, signature):
            raise SignatureError(f"invalid signature for key {name}+{key_id:08x}")
        signed_by.append(verifier)
    if not signed_by:
        raise UnsignedError("the note has no signature by a known key")
    return Note(text=text, signed_by=tuple(signed_by))


def sign_note(text: bytes, *signers: Signer) -> bytes:
    """Give a signed note of a text that ends in a line feed. Raises NoteError."""
    if not text.endswith(b"\n"):
        raise NoteError("malformed note: its text does not end in a line feed")
    lines = []
    for signer in signers:
        raw = signer.verifier.key_id.to_bytes(_ID_BYTES, "big") + signer.sign(text)
        lines.append(_PREFIX + signer.name.encode() + b" " + b64encode(raw) + b"\n")
    return text + b"\n" + b"".join(lines)


def _split(body: bytes) -> tuple[bytes, bytes]:
    """Give the text with its line feed, and the signature lines without the last line feed."""
    if not is_plain_text(body):
        raise NoteError("malformed note: not UTF-8, or control characters")
    text, blank, block = body.rpartition(b"\n\n")
    if not blank or not block.endswith(b"\n"):
        raise NoteError("malformed note: no signatures behind a blank line")
    return text + b"\n", block[:-1]


def _signature(line: bytes) -> tuple[str, int, bytes]:
    """Give the name, the key id and the signature of one line."""
    name, _, encoded = line.removeprefix(_PREFIX).decode().partition(" ")
    if not line.startswith(_PREFIX) or not is_key_name(name):
        raise NoteError("malformed note: a line that is no signature")
    try:
        raw = decode(encoded.encode())
    except ProtocolError:
        raise NoteError("malformed note: a signature that is not base64") from None
    if len(raw) <= _ID_BYTES:
        raise NoteError("malformed note: a signature that is too short")
    return name, int.from_bytes(raw[:_ID_BYTES], "big"), raw[_ID_BYTES:]
