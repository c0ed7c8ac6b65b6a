"""Write the references that are made from the code, or check that they are up to date.

``python docs/generate.py`` writes; with ``--check`` a difference is an error.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from goproxy_exporter.config.handbook import configuration_reference
from goproxy_exporter.config.json_schema import text as json_schema
from goproxy_exporter.metrics.reference import markdown as metrics_reference
from goproxy_exporter.report.handbook import causes_reference

ROOT = Path(__file__).parents[1]
GENERATED: dict[str, Callable[[], str]] = {
    "docs/causes.md": causes_reference,
    "docs/configuration.md": configuration_reference,
    "docs/metrics.md": metrics_reference,
    "config/goproxy_exporter.schema.json": json_schema,
}


def main(*, check: bool) -> int:
    """Give 1 if `check` finds a file that differs from what the code says."""
    stale = [name for name, text in GENERATED.items() if _differs(ROOT / name, text())]
    for name in stale:
        if check:
            print(f"{name} is out of date: make docs")  # noqa: T201 - this is a command
        else:
            (ROOT / name).write_text(GENERATED[name](), encoding="utf-8")
            print(f"wrote {name}")  # noqa: T201 - this is a command
    return 1 if check and stale else 0


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
