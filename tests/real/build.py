"""Build module proxies that are not ours into `.cache/real/`, for the end-to-end tests.

Each folder beside this file is a small module that requires one server at one version; go.sum
pins every byte, and the checksum database has confirmed it. Needs Go (PATH, else the virtual
environment's) and a module proxy that the go command can reach.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / ".cache" / "real"
SERVERS = {
    "goproxy": "github.com/goproxy/goproxy/cmd/goproxy",
    "athens": "github.com/gomods/athens/cmd/proxy",
}


def find_go() -> str:
    """Give the go command: the virtual environment's, which is pinned, else the one in PATH."""
    own = Path(sys.executable).parent / "go"
    found = str(own) if own.exists() else shutil.which("go")
    if found is None:
        sys.exit("building the real servers needs the go command: make test installs one")
    return found


def main() -> None:
    """Build what is not there yet."""
    go = find_go()
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, package in SERVERS.items():
        target = TARGET / name
        if target.exists():
            continue
        print(f"building {package}", flush=True)  # noqa: T201 - this is a command
        subprocess.run(
            [go, "build", "-o", str(target), package],
            cwd=HERE / name,
            env=environment,
            check=True,
        )


if __name__ == "__main__":
    main()
