"""What the kernel says of an arrival is read as it is written, and nothing else is."""

import socket
import struct

import pytest

from goproxy_exporter.wire.arrival import stamp

SO_TIMESTAMPNS = 35


def test_seconds_and_nanoseconds() -> None:
    """struct timespec, on this machine."""
    data = struct.pack("@ll", 1_700_000_000, 250_000_000)
    assert stamp([(socket.SOL_SOCKET, SO_TIMESTAMPNS, data)]) == 1_700_000_000.25


@pytest.mark.parametrize(
    "ancillary",
    [
        [],
        [(socket.SOL_SOCKET, socket.SCM_RIGHTS, bytes(16))],
        [(socket.IPPROTO_IP, SO_TIMESTAMPNS, bytes(16))],
        [(socket.SOL_SOCKET, SO_TIMESTAMPNS, bytes(7))],
    ],
)
def test_silence_is_no_stamp(ancillary: list[tuple[int, int, bytes]]) -> None:
    """Nothing, something else, and less than a stamp."""
    assert stamp(ancillary) is None
