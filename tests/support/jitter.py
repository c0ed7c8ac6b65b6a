"""A way to a server that takes another time for everything that comes back."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PIECE = 65536


@asynccontextmanager
async def jittery(host: str, port: int, *, seconds: float, seed: int) -> AsyncIterator[int]:
    """Give a port of loopback that leads there; what is answered waits for up to `seconds`."""
    rng = random.Random(seed)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            far_reader, far_writer = await asyncio.open_connection(host, port)
            async with asyncio.TaskGroup() as both:
                both.create_task(carry(reader, far_writer, 0.0))
                both.create_task(carry(far_reader, writer, seconds))

    async def carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, longest: float
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(PIECE):
                await asyncio.sleep(rng.uniform(0.0, longest))
                writer.write(piece)
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
