"""Which keys sign notes, and which signatures do they accept?

Source: golang.org/x/mod/sumdb/note (NewVerifier, NewSigner) of go 1.27.3.
"""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.space import SPACE
from goproxy_exporter.gomod.std_base64 import decode

_NAME = re.compile(rf"[^{SPACE}+\ud800-\udfff]+")
_ED25519 = b"\1"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public Ed25519 key and the name that it signs for."""

    name: str
    key: bytes
    """32 bytes."""

    @property
    def key_id(self) -> int:
        """Give the number by which signatures name the key: 32 bits of a hash."""
        raw = sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()
        return int.from_bytes(raw[:4], "big")

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the key has signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        """Give the verifier key as GOSUMDB takes it: ``name+id+base64``."""
        return _encoded(self.name, self.key_id, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private Ed25519 key and the name that it signs for."""

    name: str
    seed: bytes = field(repr=False)
    """32 bytes."""

    @property
    def verifier(self) -> Verifier:
        """Give the public key."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(name=self.name, key=private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """Give the 64 bytes of a signature."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)

    def __str__(self) -> str:
        """Give the signer key, a secret: ``PRIVATE+KEY+name+id+base64``."""
        return "PRIVATE+KEY+" + _encoded(self.name, self.verifier.key_id, self.seed)


def is_key_name(name: str) -> bool:
    """Tell whether keys can have this name: not empty, no white space, no plus sign."""
    return _NAME.fullmatch(name) is not None


def parse_verifier(text: str) -> Verifier:
    """Read a verifier key, ``name+id+base64(1, 32 bytes)``.

    Raises ProtocolError, whose text is a predicate of the key and quotes nothing of it.
    """
    name, key_id, raw = _decoded(text)
    verifier = Verifier(name=name, key=raw)
    _check_id(key_id, verifier)
    return verifier


def parse_signer(text: str) -> Signer:
    """Read a signer key, ``PRIVATE+KEY+name+id+base64(1, 32 bytes)``; errors as above."""
    before, mark, rest = text.partition("PRIVATE+KEY+")
    if before or not mark:
        raise ProtocolError("is not a signer key")
    name, key_id, raw = _decoded(rest)
    signer = Signer(name=name, seed=raw)
    _check_id(key_id, signer.verifier)
    return signer


def new_signer(name: str, seed: bytes) -> Signer:
    """Make a signer of 32 secret bytes. Raises ProtocolError for a name that cannot sign."""
    if not is_key_name(name):
        raise ProtocolError(f"{name!r} cannot sign: it is empty or has blanks or a plus sign")
    return Signer(name=name, seed=seed)


def _encoded(name: str, key_id: int, raw: bytes) -> str:
    return f"{name}+{key_id:08x}+{b64encode(_ED25519 + raw).decode('ascii')}"


def _decoded(text: str) -> tuple[str, str, bytes]:
    """Take ``name+id+base64`` apart; the id is not compared yet."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _NAME.fullmatch(name):
        raise ProtocolError("has a key whose name is empty or has blanks")
    try:
        raw = decode(encoded.encode("utf-8", errors="replace"))
    except ProtocolError:
        raise ProtocolError("has a key that is not base64") from None
    if len(raw) != len(_ED25519) + _KEY_BYTES or not raw.startswith(_ED25519):
        raise ProtocolError("has a key that is not Ed25519")
    return name, key_id, raw[len(_ED25519) :]


def _check_id(text: str, verifier: Verifier) -> None:
    if text.lower() != f"{verifier.key_id:08x}":
        raise ProtocolError("has a key hash that does not fit its name and key")
