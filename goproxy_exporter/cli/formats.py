"""Which formats can an inspection be written in?"""

from collections.abc import Callable

from goproxy_exporter.app.inspection import Inspection
from goproxy_exporter.metrics import textfile
from goproxy_exporter.report.document import render_json
from goproxy_exporter.report.github import render_github
from goproxy_exporter.report.junit import render_junit
from goproxy_exporter.report.markdown import render_markdown


def _text(inspection: Inspection) -> str:
    # Imported when asked for: the daemon never draws tables, and rich is not small.
    from goproxy_exporter.report.text import render_text  # noqa: PLC0415

    return render_text(inspection.report)


FORMATS: dict[str, Callable[[Inspection], str]] = {
    "text": _text,
    "json": lambda inspection: render_json(inspection.report),
    "markdown": lambda inspection: render_markdown(inspection.report),
    "junit": lambda inspection: render_junit(inspection.report),
    "github": lambda inspection: render_github(inspection.report),
    "prom": lambda inspection: textfile(inspection.snapshot),
}
