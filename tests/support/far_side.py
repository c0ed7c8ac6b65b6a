"""The other end of a link: mirrors without TLS at given addresses, and a nameserver.

Run as ``python far_side.py NAMESERVER MIRROR…``; prints ``ready``. Port 8080, and 53 for names.
"""

import asyncio
import random
import sys
import time
from typing import Any

from goproxy_exporter.simulator.beginning import beginning
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.conduct import Authorities, Scene
from goproxy_exporter.simulator.crew import Crew
from goproxy_exporter.simulator.desk import Desk
from goproxy_exporter.simulator.dns import NameAnswer, Nameserver
from goproxy_exporter.simulator.journal import Journal
from goproxy_exporter.simulator.modules import CATALOGUE
from goproxy_exporter.simulator.plan import in_style
from goproxy_exporter.simulator.server import Host
from goproxy_exporter.simulator.site import Site
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.wardrobe import Wardrobe


class Names(asyncio.DatagramProtocol):
    """Answers every name with the last mirror's address."""

    def __init__(self, crew: Crew, address: str) -> None:
        self._crew = crew
        self._names = Nameserver(lambda _: NameAnswer(addresses=(address,)), crew)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._crew.start(self._answer(data, addr))

    async def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = await self._names.answer(data, stream=False)
        if answer is not None:
            self._transport.sendto(answer, addr)


async def main(nameserver: str, *mirrors: str) -> None:
    crew, root = Crew(), Authority.create()
    known = beginning(CATALOGUE, time.time())
    scene = Scene(known=known, random=random.Random(0), slow_seconds=6.0, slow_rate=5e4)
    answer = in_style(STYLES["goproxy"].answer)
    site = Site(name="far", answer=answer, addresses=mirrors, plain=True, neighbours={})
    desk = Desk(site=site, links=lambda _: {}, journal=Journal(), extensions=())
    wardrobe = Wardrobe(Authorities(root, root.subordinate()), ("far.example",))
    Host(desk, wardrobe, crew, scene).start(8080)
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Names(crew, mirrors[-1]), local_addr=(nameserver, 53)
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
