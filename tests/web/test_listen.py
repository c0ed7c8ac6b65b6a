"""Where is served?"""

import os
import socket
import subprocess
import sys
from typing import Any

import pytest
from ports import free_port
from programs import needed

from goproxy_exporter.web import ListenError
from goproxy_exporter.web.listen import bind, parse_address, url_of
from goproxy_exporter.web.systemd import inherited


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":10130", ("", 10130)),
        ("[::1]:0", ("::1", 0)),
        ("127.0.0.1:9", ("127.0.0.1", 9)),
        ("localhost:65535", ("localhost", 65535)),
        ("[]:1", ("", 1)),
    ],
)
def test_addresses_are_written_as_in_go(text: str, expected: tuple[str, int]) -> None:
    """Host and port, brackets around IPv6."""
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "10130", "::1:0", "[::1]", "a:", "a:b", "a:-1", "a:65536", "http://a:1", "a:1/", "a:²"],
)
def test_what_is_no_address_is_refused_with_its_text(text: str) -> None:
    """The message shows what was written."""
    with pytest.raises(ListenError, match="listen address") as caught:
        parse_address(text)
    assert repr(text) in str(caught.value)


def test_a_taken_port_is_said_to_be_taken() -> None:
    """Which address, and why."""
    with bind("127.0.0.1:0") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            ListenError, match=f"cannot listen on 127.0.0.1:{port}: Address already"
        ):
            bind(f"127.0.0.1:{port}")


def test_an_address_of_another_machine_is_refused() -> None:
    """192.0.2.1 is nobody's."""
    with pytest.raises(ListenError, match=r"cannot listen on 192\.0\.2\.1:0"):
        bind("192.0.2.1:0")


def test_a_name_that_does_not_exist_is_refused() -> None:
    """An IPv6 address that is none does not even need a resolver."""
    with pytest.raises(ListenError, match=r"cannot listen on \[::g\]:0"):
        bind("[::g]:0")


def test_without_a_host_both_families_are_served() -> None:
    """One socket for IPv4 and IPv6, where there is IPv6."""
    with bind(":0") as sock:
        port = sock.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass
        if sock.family == socket.AF_INET6:
            assert url_of(sock, tls=True) == f"https://[::]:{port}"
            with socket.create_connection(("::1", port)):
                pass


def test_what_is_accepted_inherits_the_limit_for_stuck_clients() -> None:
    """The kernel drops a client that takes nothing; set once, on the listening socket."""
    with bind("127.0.0.1:0") as sock, socket.create_connection(sock.getsockname()):
        sock.setblocking(True)
        with sock.accept()[0] as accepted:
            limit = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert limit == 30_000


async def test_several_addresses_are_served_at_once(open_site: Any) -> None:
    """The started site tells the real ones."""
    listen = ("127.0.0.1:0", "[::1]:0", "localhost:0")
    async with open_site(listen=listen) as visit:
        assert len({url.rpartition(":")[2] for url in visit.site.urls}) == 3
        for url in visit.site.urls:
            async with visit.client.get(url + "/-/healthy") as response:
                assert response.status == 200


async def test_one_bad_address_leaves_no_other_open(open_site: Any) -> None:
    """Entering fails as a whole."""
    port = free_port()
    with pytest.raises(ListenError):
        async with open_site(listen=(f"127.0.0.1:{port}", "192.0.2.1:0")):
            pass
    bind(f"127.0.0.1:{port}").close()


def test_sockets_of_systemd_are_taken_over_once() -> None:
    """The environment is emptied, so that children do not take them over again."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        first = sock.detach()
    environment = {"LISTEN_PID": "7", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "x", "OTHER": "y"}
    (taken,) = inherited(environment, pid=7, first=first)
    with taken, socket.create_connection(taken.getsockname()):
        assert not os.get_inheritable(taken.fileno())
    assert environment == {"OTHER": "y"}
    with pytest.raises(ListenError, match="no socket"):
        inherited(environment, pid=7)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LISTEN_PID": "7", "LISTEN_FDS": "0"},
        {"LISTEN_PID": "7", "LISTEN_FDS": "x"},
        {"LISTEN_PID": "8", "LISTEN_FDS": "1"},
    ],
)
def test_without_a_socket_of_systemd_there_is_an_error(environment: dict[str, str]) -> None:
    """Sockets that were meant for another process are not ours."""
    with pytest.raises(ListenError, match="socket unit"):
        inherited(environment, pid=7)


def test_what_is_no_stream_socket_is_refused() -> None:
    """A datagram socket, or a file."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        first = sock.detach()
    with pytest.raises(ListenError, match="cannot be listened on"):
        inherited({"LISTEN_PID": "7", "LISTEN_FDS": "1"}, pid=7, first=first)
    reader, writer = os.pipe()
    os.close(writer)
    with pytest.raises(ListenError, match="is not a socket"):
        inherited({"LISTEN_PID": "7", "LISTEN_FDS": "1"}, pid=7, first=reader)
    os.close(reader)


SERVE_ONE = """
import os, socket
from goproxy_exporter.web.systemd import inherited
(sock,) = inherited(os.environ, pid=os.getpid())
sock.setblocking(True)
sock.accept()[0].sendall(b"served\\n")
"""


def test_systemd_itself_hands_over_its_sockets() -> None:
    """systemd-socket-activate passes a socket the way a socket unit does."""
    program = needed("systemd-socket-activate")
    port = free_port()
    command = [program, f"--listen=127.0.0.1:{port}", sys.executable, "-c", SERVE_ONE]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert b"Listening" in process.stderr.readline()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            assert client.recv(100) == b"served\n"
        process.stderr.read()
        assert process.wait(60) == 0
