"""One host on the loopback: its gates, its TLS, and HTTP/1.1 or HTTP/2 as ALPN decides."""

import asyncio
import socket
import ssl
from dataclasses import replace
from typing import Self, assert_never

from goproxy_exporter.simulator.conduct import Conduct, Door, Greeting, Scene
from goproxy_exporter.simulator.crew import Crew
from goproxy_exporter.simulator.desk import Desk
from goproxy_exporter.simulator.dns import NameAnswer
from goproxy_exporter.simulator.gate import Gate
from goproxy_exporter.simulator.http1 import Asked, serve_http1
from goproxy_exporter.simulator.http2 import serve_http2
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.pipe import HangupError, Pipe
from goproxy_exporter.simulator.posture import Posture
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.wardrobe import Wardrobe

_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""A TLS record: fatal alert, handshake_failure (RFC 8446, section 6)."""
_GARBAGE = b"220 mail.sim.test ESMTP\r\n"
_TRIES = 20


class Host:
    """Serves one site at all of its addresses, on one port, in the posture of the moment."""

    def __init__(self, desk: Desk, wardrobe: Wardrobe, crew: Crew, scene: Scene) -> None:
        self.desk = desk
        self._wardrobe = wardrobe
        self._crew = crew
        self._scene = scene
        self._posture = Posture()
        self._gates: list[Gate] = []
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port, the same at every address."""
        return self._gates[0].port

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that could be bound here; a machine may lack IPv6."""
        return tuple(gate.address for gate in self._gates)

    @property
    def named(self) -> NameAnswer:
        """What a nameserver says of the host's name."""
        told = self._posture.everywhere.name or NameAnswer()
        return told if told.addresses is not None else replace(told, addresses=self.addresses)

    def start(self, port: int) -> Self:
        """Listen on a port (0 for any that is free at every address)."""
        self._gates = _bind(self, port)
        self.switch(Posture(), self._scene)
        return self

    def switch(self, posture: Posture, scene: Scene) -> None:
        """Behave otherwise from now on; what only shows on new connections ends the old ones."""
        deep = posture.deep or self._posture.deep
        self._posture, self._scene = posture, scene
        if deep:
            for task in self._connections:
                task.cancel()
        for gate in self._gates:
            _set(gate, posture.at(gate.address).door)

    def learn(self, known: Known) -> None:
        """Know this from now on."""
        self._scene.known = known

    def close(self) -> None:
        """Stop listening; who is connected is the crew's affair."""
        for gate in self._gates:
            gate.close()

    def welcome(self, sock: socket.socket) -> None:
        """Take a connection."""
        self._crew.start(self._serve(sock), team=self._connections, release=sock.close)

    async def _serve(self, sock: socket.socket) -> None:
        pipe = Pipe(sock)
        try:
            await self._attend(pipe)
        except HangupError:
            return  # the client is gone: there is nobody to tell
        except ssl.SSLError:
            await pipe.drop()  # the alert is out, it must not be overtaken by an RST
        finally:
            pipe.close()

    async def _attend(self, pipe: Pipe) -> None:
        address = pipe.address
        conduct = self._posture.at(address)
        if not await _let_in(pipe, conduct.door or Door.OPEN):
            return

        def answer(asked: Asked) -> Reply:
            return self.desk.answer(asked, address, self._posture.at(address), self._scene)

        if self.desk.site.plain or conduct.greeting is Greeting.PLAIN:
            await serve_http1(pipe, answer)
        elif await self._greet(pipe, conduct):
            serve = serve_http2 if pipe.alpn == "h2" else serve_http1
            await serve(pipe, answer)

    async def _greet(self, pipe: Pipe, conduct: Conduct) -> bool:
        """Answer the ClientHello; tells whether there is TLS now."""
        await pipe.peek()
        match conduct.greeting or Greeting.TLS:
            case Greeting.TLS:
                await pipe.handshake(self._wardrobe.context(conduct))
                return True
            case Greeting.RESET:
                pipe.reset()
            case Greeting.CLOSED:
                await pipe.drop()
            case Greeting.MUTE:
                await pipe.hold()
            case Greeting.ALERT:
                await pipe.write(_ALERT)
                await pipe.drop()
            case Greeting.GARBAGE:
                await pipe.write(_GARBAGE)
                await pipe.drop()
            case Greeting.PLAIN:
                pass
            case unknown:
                assert_never(unknown)
        return False


async def _let_in(pipe: Pipe, door: Door) -> bool:
    match door:
        case Door.RESET:
            pipe.reset()
        case Door.CLOSED:
            await pipe.drop()
        case Door.MUTE:
            await pipe.hold()
        case Door.OPEN | Door.REFUSED | Door.SWALLOWED:
            return True
        case unknown:
            assert_never(unknown)
    return False


def _set(gate: Gate, door: Door | None) -> None:
    match door:
        case Door.REFUSED:
            gate.shut()
        case Door.SWALLOWED:
            gate.swallow()
        case _:
            gate.open()


def _bind(host: Host, port: int) -> list[Gate]:
    """Bind one port at every address that this machine has."""
    for attempt in range(_TRIES):
        gates: list[Gate] = []
        try:
            for address in host.desk.site.addresses:
                gates += _gate(host, address, gates[0].port if gates else port)
        except OSError:
            for gate in gates:
                gate.close()
            if port or attempt == _TRIES - 1:
                raise
        else:
            return gates
    raise AssertionError("the last attempt returns or raises")


def _gate(host: Host, address: str, port: int) -> list[Gate]:
    if ":" in address and not _sixth():
        return []
    return [Gate.bind(address, port, host.welcome)]


def _sixth() -> bool:
    """Tell whether this machine has IPv6 on its loopback."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
