"""One run of one check, whatever happens."""

from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.runner.deadline import LOOK_GAP, deadline
from goproxy_exporter.runner.lag import Lag
from goproxy_exporter.runner.limits import Limits
from goproxy_exporter.runner.means import Means
from goproxy_exporter.runner.once import run

__all__ = ["LOOK_GAP", "Allowances", "Lag", "Limits", "Means", "deadline", "run"]
