"""The nameserver reads what it should and survives the rest."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.simulator.dns_message import AAAA, A, Rcode, read_question, write_answer

LABEL = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-", min_size=1, max_size=20)


def query(name: str, kind: int, number: int = 7) -> bytes:
    """Write a question as a resolver does."""
    labels = b"".join(bytes((len(one),)) + one.encode() for one in name.split("."))
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, kind, 1)


@given(st.binary(max_size=100))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    """What is no question is None."""
    question = read_question(data)
    assert question is None or question.bytes in data


@given(st.lists(LABEL, min_size=1, max_size=5), st.sampled_from([A, AAAA, 15]))
def test_questions_are_read_as_they_were_written(labels: list[str], kind: int) -> None:
    """Names are compared in lower case, and given back in the case that was asked."""
    name = ".".join(labels)
    question = read_question(query(name, kind))
    assert question is not None
    assert (question.name, question.type, question.id) == (name.lower(), kind, 7)
    assert question.bytes in query(name, kind)


def test_an_answer_carries_only_the_asked_family() -> None:
    """A gets IPv4, AAAA gets IPv6, anything else nothing."""
    addresses = ("127.0.0.1", "::1", "127.0.0.2")
    counts = {}
    for kind in (A, AAAA, 15):
        question = read_question(query("x.sim.test", kind))
        assert question is not None
        answer = write_answer(question, Rcode.NOERROR, addresses)
        counts[kind] = struct.unpack_from("!6H", answer)[3]
    assert counts == {A: 2, AAAA: 1, 15: 0}


def test_answers_are_no_questions() -> None:
    """A nameserver does not answer answers: two of them would never stop."""
    question = read_question(query("x.sim.test", A))
    assert question is not None
    assert read_question(write_answer(question, Rcode.NXDOMAIN)) is None
