"""Tasks that are kept together."""

import asyncio
import socket

import pytest

from goproxy_exporter.simulator.crew import Crew


async def test_work_that_never_began_lets_go_of_its_socket() -> None:
    """A connection that is taken in the last moment of a world is closed, not forgotten."""
    crew, begun = Crew(), asyncio.Event()
    ours, theirs = socket.socketpair()

    async def serve() -> None:
        begun.set()
        await asyncio.Event().wait()

    crew.start(serve(), release=theirs.close)
    await crew.dismiss()

    with ours:
        assert not begun.is_set()
        assert theirs.fileno() == -1


async def test_mistakes_are_heard_of() -> None:
    """What a task raises is raised at the end."""
    crew = Crew()

    async def fail() -> None:
        raise KeyError("a bug")

    crew.start(fail())
    await asyncio.sleep(0)
    with pytest.raises(ExceptionGroup, match="mistakes"):
        await crew.dismiss()
