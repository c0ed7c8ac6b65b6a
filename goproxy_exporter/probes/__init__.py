"""One module per question that a mirror is asked."""

from goproxy_exporter.model.names import CheckName
from goproxy_exporter.probes.chain import chain
from goproxy_exporter.probes.checksum import checksum
from goproxy_exporter.probes.edges import edges
from goproxy_exporter.probes.encoding import encoding
from goproxy_exporter.probes.endpoints import endpoints
from goproxy_exporter.probes.freshness import freshness
from goproxy_exporter.probes.kit import Kit, Outcome, Probe
from goproxy_exporter.probes.sumdb import sumdb
from goproxy_exporter.probes.toolchain import toolchain
from goproxy_exporter.probes.vulndb import vulndb
from goproxy_exporter.probes.zips import large_zip, small_zip

PROBES: dict[CheckName, Probe] = {
    CheckName.ENDPOINTS: endpoints,
    CheckName.ZIP: small_zip,
    CheckName.LARGE_ZIP: large_zip,
    CheckName.EDGES: edges,
    CheckName.CHECKSUM: checksum,
    CheckName.SUMDB: sumdb,
    CheckName.FRESHNESS: freshness,
    CheckName.ENCODING: encoding,
    CheckName.TOOLCHAIN: toolchain,
    CheckName.CHAIN: chain,
    CheckName.VULNDB: vulndb,
}
"""What runs a check, by its name."""

__all__ = ["PROBES", "Kit", "Outcome", "Probe"]
