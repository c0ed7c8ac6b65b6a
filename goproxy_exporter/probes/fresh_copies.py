"""What do the mirror's addresses answer, each by itself and over a new connection?"""

from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.model.exchange import Failure
from goproxy_exporter.probes.asking import Heard, put
from goproxy_exporter.probes.watch import Watch

MOST_ADDRESSES = 3
"""Addresses that are asked at most."""
LEAST = 2
"""Answers that are wanted at least, where there is one address or a forward proxy hides them."""


async def copies(watch: Watch, question: Question) -> tuple[Heard, ...]:
    """Ask every address, or twice the only one. What is heard is recorded."""
    mirror, kit = watch.check.mirror, watch.kit
    addresses = await kit.wire.addresses(mirror.url, mirror.access, timeout=_seconds(watch))
    known = () if isinstance(addresses, Failure) else addresses[:MOST_ADDRESSES]
    pins = known if len(known) >= LEAST else (None,) * LEAST
    answers = []
    for pin in pins:
        if watch.over:
            break
        async with kit.wire.session(mirror.access, allowance=kit.allowance, pin=pin) as session:
            heard = await put(session, mirror, question, timeout=_seconds(watch))
        watch.heard(question, heard.look)
        answers.append(heard)
    return tuple(answers)


def _seconds(watch: Watch) -> float:
    return max(0.0, min(watch.check.timeout, watch.kit.left()))
