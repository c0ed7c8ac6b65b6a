"""How hard is evidence asked for, and how long is an answer believed?"""

from collections.abc import Awaitable, Callable

from goproxy_exporter.reference.persistence import MOST, Believed
from goproxy_exporter.wire.clock import Clock


async def test_few_answers_are_kept() -> None:
    """Who asks for new modules all the time fills no memory: what was asked first goes first."""
    asked: list[int] = []

    def ask(number: int) -> Callable[[], Awaitable[int]]:
        async def answer() -> int:
            asked.append(number)
            return number

        return answer

    believed: Believed[int, int] = Believed(Clock())
    for number in range(MOST + 1):
        assert await believed.get(number, ask(number)) == number
    await believed.get(MOST, ask(MOST))
    assert len(asked) == MOST + 1
    await believed.get(0, ask(0))
    assert asked[-1] == 0
