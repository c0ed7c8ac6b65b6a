"""Everything that is known, as Prometheus metrics: one table of families."""

from goproxy_exporter.metrics.exposition import render
from goproxy_exporter.metrics.family import Family, Kind
from goproxy_exporter.metrics.negotiate import Form, negotiate
from goproxy_exporter.metrics.snapshot import (
    Budgets,
    ExporterFacts,
    MirrorView,
    ProbeFacts,
    Snapshot,
    take,
    view,
)
from goproxy_exporter.metrics.table import FAMILIES, GROUPS, INSPECTED, ON_DEMAND
from goproxy_exporter.metrics.textfile import textfile

__all__ = [
    "FAMILIES",
    "GROUPS",
    "INSPECTED",
    "ON_DEMAND",
    "Budgets",
    "ExporterFacts",
    "Family",
    "Form",
    "Kind",
    "MirrorView",
    "ProbeFacts",
    "Snapshot",
    "negotiate",
    "render",
    "take",
    "textfile",
    "view",
]
