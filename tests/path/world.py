"""A world of mirrors whose faults are switched from outside.

Run as ``python world.py MIRROR…``: prints its configuration as one line of JSON, then takes lines
``MIRROR FAULT…`` (no fault: honest again) and answers each with ``done``.
"""

import asyncio
import json
import sys

import yaml

from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.world import World


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(*mirrors: str) -> None:
    async with World.open(mirrors=mirrors, extensions=(Database(),)) as world:
        say(json.dumps(yaml.safe_load(world.config_yaml())))
        while line := await asyncio.to_thread(sys.stdin.readline):
            world.switch(*line.split())
            say("done")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
