"""What does a run have at its disposal?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from goproxy_exporter.model.freshness import NOTHING, Recall
from goproxy_exporter.model.mirror import Check
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.kit import Probe
from goproxy_exporter.probes.locker import Locker
from goproxy_exporter.reference.canary import Reference
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.module_index import ModuleIndex
from goproxy_exporter.reference.originals import Originals
from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.runner.controls import Target
from goproxy_exporter.runner.deadline import LOOK_GAP
from goproxy_exporter.runner.lag import Lag
from goproxy_exporter.runner.limits import Limits
from goproxy_exporter.runner.outage import Outage
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire


def _forgetful(_: Check) -> Recall:
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Everything that runs share. The program makes one, and a new one for a new configuration.

    `controls` are the hosts that are tried when a run saw nothing but silence; a mirror's own
    host is left out. `lag` must have been entered. `databases` are the checksum databases by what
    GOSUMDB says of them, `locker` keeps files that contradict one. `recall` gives what earlier runs
    saw of fresh versions.
    """

    wire: Wire
    clock: Clock
    reference: Reference
    originals: Originals
    allowances: Allowances
    limits: Limits
    lag: Lag
    controls: tuple[Target, ...] = ()
    databases: Mapping[str, ChecksumDatabase] = field(default_factory=dict)
    locker: Locker | None = None
    outage: Outage = field(default_factory=Outage)
    look_gap: float = LOOK_GAP
    index: ModuleIndex | None = None
    recall: Callable[[Check], Recall] = _forgetful
    probes: Mapping[CheckName, Probe] = field(default_factory=lambda: PROBES)
