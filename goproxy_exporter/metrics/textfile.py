"""What does the textfile collector of node_exporter get of an inspection?

Source: node_exporter, collector/textfile.go: text 0.0.4, and no time stamps.
"""

from goproxy_exporter.metrics.exposition import slices
from goproxy_exporter.metrics.negotiate import TEXT, Form
from goproxy_exporter.metrics.snapshot import Snapshot
from goproxy_exporter.metrics.table import INSPECTED


def textfile(snapshot: Snapshot) -> str:
    """Write the gauges of an inspection; nothing that could go on counting in the next one."""
    return b"".join(slices(snapshot, Form(TEXT), families=INSPECTED)).decode()
