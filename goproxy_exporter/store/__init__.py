"""The one place where what was found out is kept."""

from goproxy_exporter.store.change import Change
from goproxy_exporter.store.histogram import BOUNDS, Histogram
from goproxy_exporter.store.history import History
from goproxy_exporter.store.store import Store
from goproxy_exporter.store.tally import CODES, TIMED, Tally

__all__ = ["BOUNDS", "CODES", "TIMED", "Change", "Histogram", "History", "Store", "Tally"]
