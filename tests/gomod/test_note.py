"""Signed notes; more is in test_sumdb_judge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.gosumdb import SUM_GOLANG_ORG
from goproxy_exporter.gomod.note import (
    NoteError,
    SignatureError,
    UnsignedError,
    open_note,
    sign_note,
)
from goproxy_exporter.gomod.note_key import new_signer, parse_verifier
from goproxy_exporter.gomod.plain_text import is_plain_text

ONE, OTHER = new_signer("one", b"1" * 32), new_signer("other", b"2" * 32)
FORGER = new_signer("one", b"3" * 32)

texts = st.text().map(lambda text: f"{text}\n".encode()).filter(is_plain_text)


def test_vectors(vectors: dict[str, Any]) -> None:
    """The note package's own notes."""
    section = vectors["notes"]
    for case in section["valid"]:
        note = open_note(case["note"].encode(), *map(parse_verifier, case["keys"]))
        assert [key.name for key in note.signed_by] == case["verified"]
    for case in section["invalid"]:
        with pytest.raises(NoteError):
            open_note(case["note"].encode(), *map(parse_verifier, case["keys"]))


def test_real_heads(vectors: dict[str, Any]) -> None:
    """Heads that sum.golang.org signed over the years hold with the built-in key."""
    verifier = parse_verifier(SUM_GOLANG_ORG)
    for case in vectors["sumdb_real_heads"]["cases"]:
        assert str(case["size"]).encode() in open_note(case["note"].encode(), verifier).text


@given(texts)
def test_what_was_signed_is_read(text: bytes) -> None:
    """Any text comes back, blank lines in it included, and the signers in their order."""
    body = sign_note(text, ONE, OTHER)
    assert open_note(body, OTHER.verifier, ONE.verifier).text == text
    assert open_note(body, OTHER.verifier, ONE.verifier).signed_by == (ONE.verifier, OTHER.verifier)
    assert open_note(body, OTHER.verifier).signed_by == (OTHER.verifier,)


@given(texts, st.data())
def test_a_changed_text_is_found(text: bytes, data: st.DataObject) -> None:
    """No byte of a text can be another one."""
    body = bytearray(sign_note(text, ONE))
    at = data.draw(st.integers(0, len(text) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NoteError):
        open_note(bytes(body), ONE.verifier)


def test_unknown_keys_do_not_count() -> None:
    """A note by others is a note, but not a signed one; the same name alone makes no key."""
    for verifiers in ((), (OTHER.verifier,), (FORGER.verifier,)):
        with pytest.raises(UnsignedError):
            open_note(sign_note(b"x\n", ONE), *verifiers)


def signatures(text: bytes, *signers: Any) -> list[bytes]:
    return sign_note(text, *signers).removeprefix(text + b"\n").splitlines(keepends=True)


def test_one_bad_signature_spoils_a_note() -> None:
    """A known key with a bad signature is an error, whatever else is good."""
    bad, good = signatures(b"y\n", ONE)[0], signatures(b"x\n", OTHER)[0]
    for lines in ((bad, good), (good, bad)):
        with pytest.raises(SignatureError):
            open_note(b"x\n\n" + b"".join(lines), ONE.verifier, OTHER.verifier)
        assert open_note(b"x\n\n" + b"".join(lines), OTHER.verifier).signed_by == (OTHER.verifier,)


def test_repeats_are_not_looked_at() -> None:
    """Only the first signature of a key counts."""
    good, bad = signatures(b"x\n", ONE)[0], signatures(b"y\n", ONE)[0]
    assert open_note(b"x\n\n" + good + bad, ONE.verifier).signed_by == (ONE.verifier,)
    with pytest.raises(SignatureError):
        open_note(b"x\n\n" + bad + good, ONE.verifier)


def test_a_hundred_signatures() -> None:
    """A hundred lines are read, and no more."""
    line = signatures(b"x\n", ONE)[0]
    assert open_note(b"x\n\n" + line * 100, ONE.verifier).text == b"x\n"
    with pytest.raises(NoteError, match="more than 100"):
        open_note(b"x\n\n" + line * 101, ONE.verifier)
    with pytest.raises(NoteError):
        open_note(b"x\n\n" + b"\n" * 1_000_000, ONE.verifier)


def test_a_text_ends_in_a_line_feed() -> None:
    """Nothing else can be signed."""
    with pytest.raises(ProtocolError):
        sign_note(b"x", ONE)


@given(st.binary() | st.binary().map(lambda body: b"x\n\n\xe2\x80\x94 one " + body + b"\n"))
def test_nothing_but_note_errors(body: bytes) -> None:
    """Whatever the bytes, they are refused, and only with NoteError."""
    with pytest.raises(NoteError):
        open_note(body, ONE.verifier)
