"""How hard is evidence asked for, and how long is an answer believed?"""

from collections.abc import Awaitable, Callable

from goproxy_exporter.reference.persistence import MOST_KNOWN, Believed
from goproxy_exporter.wire.clock import Clock


async def test_few_answers_are_kept() -> None:
    """Those that were asked for last: who asks for new modules all the time fills no memory."""
    asked: list[int] = []

    def ask(number: int) -> Callable[[], Awaitable[int]]:
        async def answer() -> int:
            asked.append(number)
            return number

        return answer

    believed: Believed[int, int] = Believed(Clock())
    for number in range(MOST_KNOWN):
        assert await believed.get(number, ask(number)) == number
    await believed.get(0, ask(0))
    await believed.get(MOST_KNOWN, ask(MOST_KNOWN))
    assert len(asked) == MOST_KNOWN + 1
    await believed.get(0, ask(0))
    assert len(asked) == MOST_KNOWN + 1
    await believed.get(1, ask(1))
    assert asked[-1] == 1
