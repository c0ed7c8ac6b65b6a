"""Small parts of the wire, each by its law."""

import socket
import ssl
from typing import Any

import pytest
from hyperframe.frame import DataFrame, GoAwayFrame, PingFrame
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.wire.body import Body
from goproxy_exporter.wire.broken import ending
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.excerpt import excerpt
from goproxy_exporter.wire.frames import FrameTooLongError, Splitter
from goproxy_exporter.wire.headers import kept
from goproxy_exporter.wire.http1 import Http1
from goproxy_exporter.wire.http2 import Http2
from goproxy_exporter.wire.opener import _no_handshake
from goproxy_exporter.wire.record import Record
from goproxy_exporter.wire.reply import Reply, Request
from goproxy_exporter.wire.store import IN_MEMORY, Spool, Store
from goproxy_exporter.wire.stream import Stream
from goproxy_exporter.wire.target import parse_target


@given(st.lists(st.integers(1, 40), max_size=40))
def test_frames_come_out_as_they_went_in(cuts: list[int]) -> None:
    """However the bytes are cut; GOAWAY says what it says, and idle frames are known."""
    raw = [
        DataFrame(1, data=b"v1.0.0\n" * 9).serialize(),
        GoAwayFrame(0, last_stream_id=7, error_code=11, additional_data=b"calm").serialize(),
        DataFrame(1, data=b"").serialize(),
        PingFrame(0, opaque_data=b"12345678").serialize(),
    ]
    splitter, found, whole = Splitter(), [], b"".join(raw)
    position = 0
    for cut in [*cuts, len(whole)]:
        splitter.add(whole[position : position + cut])
        position += cut
        while frame := splitter.next():
            found.append(frame)
    assert [frame.raw for frame in found] == raw
    assert [frame.going for frame in found] == [None, (7, 11), None, None]
    assert [frame.is_idle for frame in found] == [False, True, True, True]


def test_a_frame_that_claims_too_much_is_refused_at_once() -> None:
    """Its body is not waited for."""
    splitter = Splitter()
    splitter.add(b"\xff\xff\xff\x00\x00\x00\x00\x00\x01")
    with pytest.raises(FrameTooLongError):
        splitter.next()


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (b"not found:\n  no such host\n", "not found: no such host"),
        ("Zürich".encode()[:2], "Z"),
        (b"PK\x03\x04\x14", ""),
        (b"\xff\xfe", ""),
        (b"", ""),
        ("a\u202eb".encode(), "a\ufffdb"),
    ],
)
def test_an_excerpt_is_printable_text_or_nothing(head: bytes, shown: str) -> None:
    """Archives show nothing; a character that was cut in two is left out."""
    assert excerpt(head) == shown


def test_an_excerpt_has_its_length() -> None:
    """200 characters at most."""
    assert len(excerpt(b"x" * 1000)) <= 200


def test_headers_are_kept_without_secrets() -> None:
    """Names in lower case, Location without its values, unprintable bytes replaced."""
    raw = [
        (b"Location", b"https://u:p@h/x?sig=abc"),
        (b"Set-Cookie", b"a=b"),
        (b"WWW-Authenticate", b"Basic realm=x"),
        (b"Proxy-Authorization", b"Basic x"),
        (b"X-Odd", b"a\x1b[31mb"),
    ]
    assert kept(raw) == (
        ("location", "https://h/x?sig=…"),
        ("www-authenticate", "Basic realm=x"),
        ("x-odd", "a\ufffd[31mb"),
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), K.TLS_TIMEOUT),
        (ConnectionResetError(104, "x"), K.TLS_RESET),
        (ValueError(), K.TLS_HANDSHAKE),
    ],
)
def test_a_handshake_that_did_not_happen_has_its_kind(error: Any, kind: K) -> None:
    """Over ten seconds, hung up, or without a name."""
    assert _no_handshake(error).kind is kind


def test_a_record_is_complete_before_anything_happened() -> None:
    """A hop can be written down at any moment; what did not happen is None."""
    record = Record(parse_target("https://m.test/"), 10.0)
    hop = record.hop(12.0, str)
    assert (hop.host, hop.status, hop.address, hop.failure) == ("m.test", None, None, None)
    assert hop.phases.total == 0
    assert (hop.phases.resolve, hop.phases.transfer) == (None, None)
    record.resolve.start = 10.5
    assert record.hop(12.0, str).phases.resolve == 1.5
    assert record.quiet(12.0) == 2.0
    assert record.stage == "an address"


def test_a_body_can_be_closed_twice_and_read_twice() -> None:
    """In memory and in a file alike."""
    store = Store(in_memory=10)
    store.write(b"0123456789")
    store.write(b"abc")
    with store.body() as body:
        assert body.data == body.data == b"0123456789abc"
        assert body.file.read() == b"0123456789abc"
        body.close()
    memory = Body(b"x")
    assert (memory.data, memory.file.read()) == (b"x", b"x")
    memory.close()
    assert memory.data == b""


class Valve:
    """Counts how a spool holds back its peer."""

    def __init__(self) -> None:
        self.held = 0
        self.released = 0

    def hold(self, reason: str) -> None:
        self.held += 1

    def release(self, reason: str) -> None:
        self.released += 1


async def test_a_spool_that_lags_holds_back_its_peer() -> None:
    """More than a MiB ahead of the thread, nothing more is let in until it has caught up."""
    spool, valve = Spool(), Valve()
    spool.gate = valve
    piece = bytes(300_000)
    for _ in range(20):
        spool.write(piece)
    assert valve.held > 0
    await spool.drain()
    assert valve.released > 0
    with spool.store.body() as body:
        assert len(body.data) == 6_000_000
    assert spool.store.size == 6_000_000 > IN_MEMORY


async def test_a_spool_can_be_dropped_while_its_thread_writes() -> None:
    """The file is closed as soon as the thread lets go (ResourceWarning is an error here)."""
    spool = Spool()
    for _ in range(10):
        spool.write(bytes(400_000))
    spool.close()
    await spool.drain()


def test_an_alert_after_the_handshake_is_the_handshakes() -> None:
    """TLS 1.3 asks for a client certificate when the handshake seems over; a reset is a reset."""
    alert = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert")
    alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert ending(alert, in_body=False).kind is K.TLS_HANDSHAKE
    assert ending(alert, in_body=True).kind is K.BODY_RESET
    assert ending(ConnectionResetError(104, "x"), in_body=False).kind is K.RESET
    assert ending(None, in_body=False).kind is K.RESET


@pytest.mark.parametrize("engine", [Http1, Http2])
async def test_a_bug_of_ours_is_raised_and_no_failure_of_the_peer(engine: Any) -> None:
    """The loop reports what a callback raised as a lost connection; it is none."""
    with socket.socket() as sock:
        talk = engine(Stream(Clock(), sock))
        reply = Reply(Store(), limit=10)
        talk.ask(Request("http", "m.test", "/", ()), reply, 0.0)
        talk.ended(ValueError("a bug"), 1.0)
        with pytest.raises(ValueError, match="a bug"):
            await reply.done
    assert reply.failure is None


async def test_no_answer_takes_less_than_no_time() -> None:
    """What came before the question, whoever sent it, is taken to come with it."""
    reply = Reply(Store(), limit=10)
    reply.sent(5.0)
    reply.heard(4.0)
    reply.ended(4.5)
    assert (reply.first_at, reply.end_at) == (5.0, 5.0)
