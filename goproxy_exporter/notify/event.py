"""What does an endpoint that takes JSON get?"""

from goproxy_exporter import __version__
from goproxy_exporter.model.result import Fact
from goproxy_exporter.notify.news import News
from goproxy_exporter.report.change import Standing
from goproxy_exporter.report.exact import timestamp
from goproxy_exporter.report.overall import counts, overall
from goproxy_exporter.report.report import MirrorReport

SCHEMA = 1


def event_of(news: News) -> dict[str, Fact]:
    """Give the event: how everything stands, in short. Keys are only ever added."""
    report, origin = news.report, news.origin
    return {
        "schema": SCHEMA,
        "event": "goproxy.inspection",
        "exporter_version": __version__,
        "success": news.success,
        "state": str(overall(report)),
        "exit_code": report.exit_code,
        "vantage": report.vantage,
        "started": timestamp(report.started),
        "finished": timestamp(report.finished),
        "duration_seconds": round(report.finished - report.started, 3),
        "commit": origin.commit,
        "run": origin.run,
        "run_url": origin.url,
        "counts": {str(state): number for state, number in counts(report).items()},
        "mirrors": [_standing(one) for one in report.mirrors],
        "chains": [{"name": one.chain.name, "ok": one.ok} for one in report.chains],
        "checksum_databases": [_standing(one) for one in report.checksum_databases],
        "vulnerability_databases": [_standing(one) for one in report.vulnerability_databases],
        "problems": [str(problem) for problem, _ in report.problems],
        "changes": [
            {
                "list": change.subject[0],
                "name": change.subject[1],
                "before": _pair(change.before),
                "now": _pair(change.now),
            }
            for change in news.changes
        ],
    }


def _standing(one: MirrorReport) -> dict[str, Fact]:
    verdict = one.verdict
    return {
        "name": one.mirror.name,
        "state": str(verdict.state),
        "primary": None if verdict.primary is None else str(verdict.primary),
        "causes": [str(cause.code) for cause in verdict.causes if not cause.accepted],
    }


def _pair(standing: Standing | None) -> Fact:
    if standing is None:
        return None
    return {"state": standing[0], "primary": standing[1]}
