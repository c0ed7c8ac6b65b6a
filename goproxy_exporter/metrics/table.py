"""Which metrics are there?"""

from goproxy_exporter.metrics.builds import BUILDS
from goproxy_exporter.metrics.chains import CHAINS
from goproxy_exporter.metrics.checks import CHECKS
from goproxy_exporter.metrics.content import CONTENT
from goproxy_exporter.metrics.databases import DATABASES
from goproxy_exporter.metrics.family import Family, Kind
from goproxy_exporter.metrics.hosts import HOSTS
from goproxy_exporter.metrics.itself import ITSELF, PROBE, PROCESS
from goproxy_exporter.metrics.requests import REQUESTS
from goproxy_exporter.metrics.standing import STANDING

GROUPS: tuple[tuple[str, tuple[Family, ...]], ...] = (
    ("State and causes", STANDING),
    ("Checks", CHECKS),
    ("Requests", (*REQUESTS, *HOSTS, *BUILDS)),
    ("Freshness and checksums", CONTENT),
    ("Chains", CHAINS),
    ("Databases", DATABASES),
    ("The exporter", ITSELF),
    ("The process", PROCESS),
    ("Probes on demand", PROBE),
)
"""Every family, under the headings of the documentation."""

FAMILIES: tuple[Family, ...] = tuple(family for _, group in GROUPS for family in group)

ON_DEMAND: tuple[Family, ...] = (
    *PROBE,
    *(one for one in FAMILIES if one.kind is Kind.GAUGE and "mirror" in one.labels),
)
"""What a probe on demand tells of one mirror: no counters, which would jump between replicas."""

INSPECTED: tuple[Family, ...] = (
    *ON_DEMAND,
    *(
        one
        for one in FAMILIES
        if one.kind is Kind.GAUGE and {"chain", "database"}.intersection(one.labels)
    ),
)
"""What an inspection tells: the same of every mirror, and of GOPROXY lists and databases."""
