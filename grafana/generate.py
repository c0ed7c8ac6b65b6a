"""Write the dashboards that are made from `boards`, or check that they are up to date.

``python grafana/generate.py`` writes; with ``--check`` a difference is an error. With
``--documentation URL`` links to the runbook lead there; else where those of alerts lead.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from boards import BOARDS
from boards.frame import Board
from boards.places import documentation, runbook
from grafana_foundation_sdk.cog.encoder import JSONEncoder

HERE = Path(__file__).parent


def texts(published: str | None = None) -> dict[str, str]:
    """Give every dashboard as JSON, by the name of its file."""
    boards = [make() for make in BOARDS]
    place = runbook(published or documentation())
    return {f"{board.uid}.json": _text(board, place) for board in boards}


def _text(board: Board, place: str) -> str:
    plain = json.loads(json.dumps(board.dashboard.build(), cls=JSONEncoder))
    for number, panel in enumerate(_panels(plain), 1):
        panel["id"] = number
    for variable in plain["templating"]["list"]:
        if variable["name"] == "runbook":
            variable["query"] = place
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for panel in dashboard["panels"] for one in (panel, *(panel.get("panels") or ()))]


def main(*, check: bool, published: str | None = None) -> int:
    """Give 1 if `check` finds a file that differs from what the code says."""
    made = texts(published)
    stale = [name for name, text in made.items() if _differs(HERE / name, text)]
    left_over = [path.name for path in HERE.glob("*.json") if path.name not in made]
    for name in stale:
        if check:
            print(f"grafana/{name} is out of date: make dashboards")
        else:
            (HERE / name).write_text(made[name], encoding="utf-8")
            print(f"wrote grafana/{name}")
    for name in left_over:
        print(f"grafana/{name} is made by no board")
    return 1 if left_over or (check and stale) else 0


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Write or check Grafana dashboards.")
    options.add_argument("--check", action="store_true", help="write nothing, find differences")
    options.add_argument("--documentation", metavar="URL", help="where links to the runbook lead")
    chosen = options.parse_args()
    sys.exit(main(check=chosen.check, published=chosen.documentation))
