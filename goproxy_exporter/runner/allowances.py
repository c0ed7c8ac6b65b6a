"""Which allowance belongs to which mirror?"""

from collections.abc import Collection

from goproxy_exporter.model.mirror import Budget, Mirror
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.clock import Clock


class Allowances:
    """One allowance per mirror name. They outlive changes of the configuration."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[Budget, Allowance]] = {}

    def of(self, mirror: Mirror) -> Allowance:
        """Give a mirror's allowance; one whose budget changed keeps what was spent of it."""
        key = mirror.spends or mirror.key
        budget, allowance = self._known.get(key) or (
            mirror.budget,
            Allowance(mirror.budget, self._clock),
        )
        if budget != mirror.budget:
            allowance.resize(mirror.budget)
        self._known[key] = (mirror.budget, allowance)
        return allowance

    def keep(self, names: Collection[str]) -> None:
        """Forget the mirrors that are not among these."""
        self._known = {name: one for name, one in self._known.items() if name in names}
