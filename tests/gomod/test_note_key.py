"""Keys of notes; more is in test_sumdb_judge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.note_key import (
    is_key_name,
    new_signer,
    parse_signer,
    parse_verifier,
)

SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

names = st.text(max_size=20).filter(is_key_name)
seeds = st.binary(min_size=32, max_size=32)


def test_vectors(vectors: dict[str, Any]) -> None:
    """The note package's own good and bad keys."""
    section = vectors["verifier_keys"]
    for case in section["valid"]:
        verifier = parse_verifier(case["key"])
        assert (verifier.name, f"{verifier.key_id:08x}") == (case["name"], case["key_id_hex"])
        assert str(verifier) == case["key"]
    for case in section["invalid"]:
        with pytest.raises(ProtocolError):
            parse_verifier(case["key"])


def test_a_signer_knows_its_verifier() -> None:
    """The public key is that of the private one, and the hash is that of the public one."""
    signer = parse_signer(SIGNER)
    assert str(signer.verifier) == VERIFIER
    assert str(signer) == SIGNER


@given(names, seeds)
def test_keys_come_back(name: str, seed: bytes) -> None:
    """What is written is read again, and signatures of the one hold for the other."""
    signer = new_signer(name, seed)
    assert parse_signer(str(signer)) == signer
    assert parse_verifier(str(signer.verifier)) == signer.verifier
    assert signer.verifier.accepts(b"text\n", signer.sign(b"text\n"))
    assert not signer.verifier.accepts(b"text", signer.sign(b"text\n"))


def test_a_secret_is_not_shown_by_accident() -> None:
    """The representation of a signer does not hold its seed."""
    assert repr(parse_signer(SIGNER)) == "Signer(name='PeterNeumann')"


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "name"),
        ("a b+00000000+AAAA", "name"),
        ("a\u00a0b+00000000+AAAA", "name"),
        ("\udcff+00000000+AAAA", "name"),
        ("name", "not Ed25519"),
        ("name+00000000", "not Ed25519"),
        ("name+00000000+\udcff", "not base64"),
        ("name+00000000+AAAA=", "not base64"),
        (VERIFIER.replace("c74f20a3", "+c74f20a3"), "not base64"),
        (VERIFIER.replace("c74f20a3", "0xc74f20a3"), "hash"),
        (VERIFIER.replace("Peter", "Paul"), "hash"),
    ],
)
def test_bad_keys(key: str, why: str) -> None:
    """The reason is told, and nothing of the key."""
    with pytest.raises(ProtocolError, match=why) as caught:
        parse_verifier(key)
    assert "Peter" not in str(caught.value)


def test_a_hash_in_capitals() -> None:
    """Hexadecimal digits may be capitals."""
    assert str(parse_verifier(VERIFIER.replace("c74f20a3", "C74F20A3"))) == VERIFIER


@pytest.mark.parametrize("key", ["", VERIFIER, f"x{SIGNER}", SIGNER.replace("PRIVATE", "private")])
def test_what_is_no_signer(key: str) -> None:
    """A signer key says that it is private."""
    with pytest.raises(ProtocolError):
        parse_signer(key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
def test_names_that_cannot_sign(name: str) -> None:
    """A signature line would not be read with them."""
    with pytest.raises(ProtocolError):
        new_signer(name, bytes(32))
