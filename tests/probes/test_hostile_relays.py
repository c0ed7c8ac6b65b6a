"""Whatever a relay answers, a run ends in findings and facts, in time and within bounds."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import Signer
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.probes.relay import LIMIT
from goproxy_exporter.reference.known_tree import Held
from goproxy_exporter.simulator.conduct import Conduct, Fault
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.world import World

Watch = Callable[..., Any]
ROUNDS = 25


def hostile(seed: int) -> Fault:
    """Answer what is asked of a database with cut, doubled, flipped, swapped and random bytes."""
    random, heard = Random(seed), [b""]

    def change(body: bytes) -> bytes:
        heard.append(body)
        cut = random.randrange(len(body) + 1)
        return random.choice(
            [
                body,
                body[:cut],
                body[cut:],
                body + body,
                body[:cut] + random.randbytes(3) + body[cut + 3 :],
                random.choice(heard),
                random.randbytes(random.choice([0, 31, 32, 96, 8192])),
                body.replace(b"\n", b"\n\n"),
                b"9" * 30 + body,
                bytes(2 * LIMIT),
            ]
        )

    def bend(request: Any, reply: Reply, _: Any) -> Reply:
        if request.inquiry is None or request.path.endswith("/supported"):
            return reply
        status = random.choice([200, 200, 200, 200, 404, 500, 301])
        return Reply(status=status, body=change(reply.body))

    return Fault("fact/hostile", "a relay answers anything", None, here=Conduct(bend=bend))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_answers(seed: int, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing raises, and what is known of the tree is never what a relay made up."""
    monkeypatch.setitem(FAULTS, "fact/hostile", hostile(seed))
    async with World.open(mirrors=("goproxy",), extensions=(Database(),)) as world:
        watching = watch(world)
        (database,) = watching.databases.values()
        honest = world.known.log
        found = set()
        for _ in range(ROUNDS):
            async with asyncio.timeout(30):
                seen = await watching.tried("goproxy", "fact/hostile")
            assert len(seen.result.exchanges) < 60
            watching.clock.ahead += 400
            found |= seen.found
        assert {"sumdb.half_proxied", "sumdb.tile_invalid"} <= found
        assert database.tree.largest is not None
        assert database.tree.largest.head == honest.head
        for tile, body in database.tree._tiles.items():
            assert body == honest.tile(tile)
        seen = await watching.run("goproxy", CheckName.SUMDB, CheckName.CHECKSUM)
        assert "integrity.mod_hash_mismatch" not in seen.found


@pytest.mark.parametrize("size", [0, 1, 255, 256, 2**31, 2**62, 2**63 - 1])
async def test_heads_of_any_size(size: int, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that signs for a tree it does not have is held against what is known."""
    database = Database()

    def bend(request: Any, reply: Reply, _: Any) -> Reply:
        signers: list[Signer] = list(database._signers.values())
        note = sign_note(TreeHead(size=size, root=bytes(32)).text, *signers)
        inquiry = request.inquiry
        if inquiry is None or reply.status != 200 or b"go.sum database tree" not in reply.body:
            return reply
        start = reply.body.partition(b"go.sum database tree")[0]
        return Reply(body=start + note)

    fault = Fault("fact/hostile", "heads of any size", None, here=Conduct(bend=bend))
    monkeypatch.setitem(FAULTS, "fact/hostile", fault)
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        watching = watch(world)
        async with asyncio.timeout(30):
            seen = await watching.tried("goproxy", "fact/hostile")
        (known,) = watching.databases.values()
        assert known.tree.largest is not None
        assert known.tree.largest.head == world.known.log.head
        assert await known.held(known.tree.largest) == Held()
    assert seen.found <= {"sumdb.fork", "sumdb.half_proxied", "sumdb.tile_mismatch"}
