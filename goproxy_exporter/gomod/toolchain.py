"""Which toolchain does a list of golang.org/toolchain offer to whoever wants the newest?

Source: cmd/go/internal/modfetch/toolchain.go (dlToGo, goToDL) and internal/gover of go 1.26.
"""

import re
from collections.abc import Iterable

MODULE = "golang.org/toolchain"
"""The module in whose versions toolchains travel, one version for each system."""
FIRST = "v0.0.1-go1.21.0.linux-amd64"
"""The first release that `go` downloads by itself; it will not go away."""

_RELEASE = re.compile(r"v0\.0\.1-go([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?\.linux-amd64")


def newest(versions: Iterable[str]) -> str | None:
    """Give the version that holds the newest release of Go for linux-amd64; None without one.

    Every version looks like a pre-release of v0.0.1 and sorts as one: by Go's own order 1.27rc1
    comes before 1.27.0, by theirs after it. `go` asks for linux-amd64, wherever it runs, to see
    whether a toolchain exists.
    """
    released = [(number, version) for version in versions if (number := _release(version))]
    return max(released, default=(None, None))[1]


def _release(version: str) -> tuple[int, int, int] | None:
    """Read the number of a release; betas, release candidates and other systems have none."""
    found = _RELEASE.fullmatch(version)
    if not found:
        return None
    return int(found[1]), int(found[2]), int(found[3] or 0)
