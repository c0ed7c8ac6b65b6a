"""What is watched, and for which modules, where a configuration says nothing?"""

from goproxy_exporter.config.schema import ChainSection, VulnerabilityDatabaseSection
from goproxy_exporter.config.schema_mirror import MirrorSection
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Canaries, Canary
from goproxy_exporter.model.names import DEFAULT_INTERVALS

CHECKSUM_DATABASE = "sum.golang.org"
MODULE_INDEX = "https://index.golang.org/index"
REFERENCE = "proxy.golang.org"
REFERENCE_URL = "https://proxy.golang.org"
CONCURRENCY = 32
TIMEOUT = 10.0
"""Seconds for one exchange."""
LARGE_TIMEOUT = 300.0
"""Seconds for a large archive: 30 MB at the throughput that still counts as good."""
FLOOR = 1.0
"""Seconds: no check may run more often than this."""
PER_MINUTE = frozenset(name for name, seconds in DEFAULT_INTERVALS.items() if seconds == 60.0)  # noqa: PLR2004 - a minute
"""Checks that `defaults.interval` applies to."""

MIRRORS = (
    MirrorSection(name="goproxy.cn", url="https://goproxy.cn"),
    # It relays no checksum database, by design; go then asks sum.golang.org itself.
    MirrorSection(
        name="proxy.golang.org",
        url="https://proxy.golang.org",
        accept=[Code.SUMDB_NOT_PROXIED.value],
    ),
    MirrorSection(name="mirrors.aliyun.com/goproxy", url="https://mirrors.aliyun.com/goproxy/"),
)
CHAINS = (
    ChainSection(name="default", goproxy="https://goproxy.cn,https://proxy.golang.org,direct"),
)
VULNERABILITY_DATABASES = (
    VulnerabilityDatabaseSection(name="official", url="https://vuln.go.dev"),
)

# The sums are those of records 601605 and 1289 of sum.golang.org.
_INTERN = Canary(
    module="github.com/josharian/intern",
    version="v1.0.0",
    zip_sum="h1:vlS4z54oSdjm0bgjRigI+G1HpF+tI+9rE5LLzOg8HmY=",
    mod_sum="h1:5DoeVV0s6jJacbCEi61lwdGj/aVlrQvzHFFd8Hwg//Y=",
)
_GLS = Canary(
    module="github.com/jtolds/gls",
    version="v4.20.0+incompatible",
    zip_sum="h1:xdiiI2gbIgH/gLH7ADydsJ1uDOEzR8yvV7C0MuV77Wo=",
    mod_sum="h1:QJZ7F/aHp+rZTRtaJ1ow/lLfFfVYBRgL+9YlvaHOwJU=",
)
CANARIES = Canaries(
    stable=(_INTERN,),
    missing=Canary(module="github.com/josharian/intern/zz-none"),
    uppercase=Canary(module="github.com/BurntSushi/toml", version="v1.3.2"),
    incompatible=_GLS,
    untagged=Canary(module="golang.org/x/exp"),
    large=Canary(module="github.com/aws/aws-sdk-go", version="v1.45.2"),
    fresh_from_index=True,
)
