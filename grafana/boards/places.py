"""Where do links of the boards lead?"""

from goproxy_exporter.report.runbook import DOCUMENT

DOCUMENTATION = "https://example.com/goproxy_exporter/"
"""Where this tree is published; ``make dashboards ARGS="--tree URL"`` puts another in its place."""
RUNBOOK = "${runbook}#${__data.fields.anchor}"
"""The section of the cause in a row; the boards' constant `runbook` has the document."""
_KEPT = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${__url_time_range}"
MIRROR = f"/d/goproxy-mirror?{_KEPT}&var-mirror=${{__data.fields.mirror}}"
"""The detail of the mirror in a row, at the same time."""


def runbook(tree: str) -> str:
    """Give the URL of the document that explains causes, in a published tree."""
    return tree.rstrip("/") + "/" + DOCUMENT
