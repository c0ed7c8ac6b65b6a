"""Drives the wire in a process of its own; told what to do in JSON lines on standard input.

``{"cold": {"url": …, "rate": …, "count": …}}`` probes cold at a rate and answers with the
processing phases; ``{"rounds": …}`` runs the endpoints and zip checks and answers with the number
of assertions; ``{"profiled": …}`` does so under a profiler and answers with the share of each room.
Each answer is one JSON line.
"""

import asyncio
import cProfile
import json
import pstats
import sys
import time
from dataclasses import replace
from typing import Any

import uvloop
from rooms import shares

from goproxy_exporter.config.ad_hoc import ad_hoc
from goproxy_exporter.config.load import load
from goproxy_exporter.model.mirror import Access, Canaries, Canary, Check
from goproxy_exporter.model.names import CheckName, Endpoint
from goproxy_exporter.probes import PROBES, Kit
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

ASKED = (CheckName.ENDPOINTS, CheckName.ZIP)
MODULE = "github.com/josharian/intern"
CANARIES = Canaries(
    stable=(Canary(module=MODULE, version="v1.0.0"),), missing=Canary(module=f"{MODULE}/zz-none")
)
"""What the server has. It is not the real module, so the sums of the defaults are not its sums."""


class Worker:
    """A wire, and what is asked over it."""

    def __init__(self, ca_file: str) -> None:
        self.clock = Clock()
        self.wire = Wire(self.clock, Resolver())
        self.access = Access(ca_files=(ca_file,))

    async def cold(self, url: str, rate: float, count: int) -> dict[str, Any]:
        """Probe at a rate, each on a fresh connection."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        tasks = []
        for number in range(count):
            await asyncio.sleep(max(0.0, begin + number / rate - loop.time()))
            tasks.append(asyncio.create_task(self._one(url)))
        return {"processing": [await task for task in tasks]}

    async def _one(self, url: str) -> float | None:
        ask = Ask(endpoint=Endpoint.LIST, url=url, module="bench", limit=1 << 20, timeout=10)
        async with self.wire.session(self.access) as session:
            answer = await session.get(ask)
        answer.body.close()
        return answer.exchange.phases.processing

    async def profiled(self, base: str, count: int) -> list[tuple[str, float]]:
        """Run the checks under a profiler; gives the share of each room."""
        profile = cProfile.Profile()
        profile.enable()
        await self.rounds(base, count)
        profile.disable()
        return list(shares(pstats.Stats(profile)))

    async def rounds(self, base: str, count: int) -> dict[str, Any]:
        """Run the checks of one mirror in turn; count what they look for, request by request."""
        settings = load(None, env={}, implemented=frozenset())
        settings = ad_hoc([base], settings, implemented=frozenset(PROBES))
        checks = [self._trusting(check) for check in settings.checks if check.name in ASKED]
        kit = Kit(
            wire=self.wire,
            clock=self.clock,
            reference=Reference(self.wire, self.clock, None, self.access),
            originals=Originals(self.wire, self.clock, self.access),
            allowance=Allowance(checks[0].mirror.budget, self.clock),
            deadline=self.clock.monotonic() + 3600,
        )
        begin = time.process_time()
        requests = findings = 0
        for _ in range(count):
            for check in checks:
                outcome = await PROBES[check.name](check, kit)
                requests += len(outcome.exchanges)
                findings += len(outcome.findings)
        return {
            "requests": requests,
            "findings": findings,
            "cpu": time.process_time() - begin,
        }

    def _trusting(self, check: Check) -> Check:
        mirror = replace(
            check.mirror, access=self.access, canaries=CANARIES, checksum_database=None
        )
        return replace(check, mirror=mirror)


async def main(ca_file: str) -> None:
    """Serve orders until standard input ends."""
    worker = Worker(ca_file)
    await worker.wire.warm([worker.access])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        [(order, arguments)] = json.loads(line).items()
        answer = await getattr(worker, order)(**arguments)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
