"""Where do links of the boards lead?"""

from pathlib import Path

import yaml

from goproxy_exporter.report.runbook import DOCUMENT

SOURCE = Path(__file__).parents[2] / "deploy" / "prometheus" / "source.yaml"
"""Says where links lead, for notifications and for boards alike."""
RUNBOOK = "${runbook}#${__data.fields.anchor}"
"""The section of the cause in a row; the boards' constant `runbook` has the document."""
_KEPT = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${__url_time_range}"
MIRROR = f"/d/goproxy-mirror?{_KEPT}&var-mirror=${{__data.fields.mirror}}"
"""The detail of the mirror in a row, at the same time."""


def documentation() -> str:
    """Give the URL under which the documentation is published."""
    places: dict[str, str] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["places"]
    return places["documentation"]


def runbook(published: str) -> str:
    """Give the URL of the document that explains causes, below that of the documentation."""
    return f"{published.rstrip('/')}/{Path(DOCUMENT).name}"
