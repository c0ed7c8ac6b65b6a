"""How long may one run of a check take?"""

from goproxy_exporter.model.mirror import Canaries, Check
from goproxy_exporter.model.names import CheckName

LOOK_GAP = 1.0
"""Seconds between two looks at the same question, at least."""
LOOKS = 3
"""How often one question is asked in one run at most."""
_USUAL = 8
"""Questions of a check whose canaries do not say how many it asks."""
_BESIDE_PLAIN = 6
"""List, .info and .mod of something special, and the same of something plain."""
_FROM_INDEX = 6
"""Fresh versions that the module index gives at most."""
_TELLS_HANGS = frozenset({CheckName.ENDPOINTS, CheckName.ZIP, CheckName.LARGE_ZIP, CheckName.SUMDB})


def deadline(check: Check, look_gap: float) -> float:
    """Give the seconds for a run: the sum of its exchanges' timeouts, at most its interval.

    Never less than three looks at one question take, `look_gap` seconds apart, since with fewer
    no cause can be told from an accident. For checks that tell hangs, never less than that and
    `stall_after`: with less, a mirror that hangs could not be told from one that is slow.
    """
    stall = check.mirror.thresholds.stall_after
    gaps = (LOOKS - 1) * look_gap
    everything = LOOKS * _questions(check) * check.timeout + gaps + stall
    one_question = LOOKS * check.timeout + gaps + (stall if check.name in _TELLS_HANGS else 0.0)
    return max(min(everything, check.interval), one_question)


def _questions(check: Check) -> int:
    canaries = check.mirror.canaries
    counts = {
        CheckName.ENDPOINTS: 4 * len(canaries.stable) + 3,
        CheckName.ZIP: len(canaries.stable),
        CheckName.LARGE_ZIP: 1,
        CheckName.CHECKSUM: len(canaries.versions) + len(canaries.stable),
        CheckName.FRESHNESS: 3 * (len(canaries.fresh) + _FROM_INDEX) + 3,
        CheckName.ENCODING: _BESIDE_PLAIN * _present(canaries),
        CheckName.TOOLCHAIN: _BESIDE_PLAIN,
        CheckName.CHAIN: 5 * len(canaries.stable) + 2,
    }
    return counts.get(check.name, _USUAL)


def _present(canaries: Canaries) -> int:
    return sum(one is not None for one in (canaries.uppercase, canaries.incompatible))
