"""Fetch the schemas of the Prometheus Operator's objects into `.cache/operator/`, for the tests.

They come with the operator's own Go module, whose hash is pinned here and confirmed by the
checksum database. Needs the go command and a module proxy that it can reach.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).parents[2] / ".cache" / "operator"
MODULE = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
SUM = "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="
FOLDER = "example/prometheus-operator-crd-full"
KINDS = ("probes", "prometheusrules", "servicemonitors")
"""What this project writes for the operator, as its files are called."""


def main() -> None:
    """Fetch what is not there yet."""
    names = [f"monitoring.coreos.com_{kind}.yaml" for kind in KINDS]
    if all((TARGET / name).exists() for name in names):
        return
    source = downloaded() / FOLDER
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in names:
        draft = TARGET / f".{name}"
        draft.write_bytes((source / name).read_bytes())
        draft.replace(TARGET / name)


def downloaded() -> Path:
    """Give the folder of the module in Go's cache, if it is the one that is pinned."""
    beside = str(Path(sys.executable).parent)
    go = shutil.which("go", path=beside) or shutil.which("go")
    if go is None:
        sys.exit("fetching the operator's schemas needs the go command: make test installs one")
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    command = [go, "mod", "download", "-json", MODULE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{MODULE}: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout)
    if found["Sum"] != SUM:
        sys.exit(f"{MODULE} is not what it was: {found['Sum']}")
    return Path(found["Dir"])


if __name__ == "__main__":
    main()
