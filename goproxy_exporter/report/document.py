"""The JSON document of an inspection: schema 1, to which keys are only ever added."""

import json

from goproxy_exporter import GO_SEMANTICS, __version__
from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.chain import ChainVerdict, Passage
from goproxy_exporter.model.names import Axis
from goproxy_exporter.model.result import Result
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.document_exchange import Object, hop_objects
from goproxy_exporter.report.exact import seconds, timestamp
from goproxy_exporter.report.report import MirrorReport, Report
from goproxy_exporter.report.runbook import runbook_url

SCHEMA = 1


def render_json(report: Report) -> str:
    """Write the document as indented JSON with a final newline."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> Object:
    """Give the whole document: see "JSON" in docs/command-line.md."""
    return {
        "schema": SCHEMA,
        "exporter_version": __version__,
        "go_semantics": GO_SEMANTICS,
        "vantage": report.vantage,
        "started": timestamp(report.started),
        "finished": timestamp(report.finished),
        "rounds": report.rounds,
        "exit_code": report.exit_code,
        "problems": [
            {"problem": str(problem), "detail": detail} for problem, detail in report.problems
        ],
        "mirrors": [mirror_object(mirror) for mirror in report.mirrors],
        "chains": [chain_object(chain) for chain in report.chains],
        "checksum_databases": [mirror_object(one) for one in report.checksum_databases],
        "vulnerability_databases": [mirror_object(one) for one in report.vulnerability_databases],
        "notifications": [
            {"id": one.id, "to": one.to, "ok": one.ok, "detail": one.detail}
            for one in report.notifications
        ],
    }


def mirror_object(report: MirrorReport) -> Object:
    """Give one element of `mirrors`, or of a list of databases."""
    verdict = report.verdict
    return {
        "name": report.mirror.name,
        "url": report.mirror.url,
        "state": str(verdict.state),
        "primary": None if verdict.primary is None else str(verdict.primary),
        "axes": {str(axis): verdict.axes.get(axis) for axis in Axis},
        "causes": [_cause(cause) for cause in verdict.causes],
        "suppressed": [{"code": str(code), "why": why} for code, why in verdict.suppressed],
        "checks": [_check(result) for result in report.results],
    }


def chain_object(verdict: ChainVerdict) -> Object:
    """Give one element of `chains`."""
    success, bound = verdict.build_success or (None, None)
    return {
        "name": verdict.chain.name,
        "goproxy": verdict.chain.goproxy,
        "ok": verdict.ok,
        "fallback": verdict.fallback,
        "summary": verdict.summary,
        "build_success_probability": success,
        "build_success_at_least": bound,
        "resources": [_passage(passage) for passage in verdict.passages],
        "leaks": [{"pattern": one.pattern, "to": one.to, "why": one.why} for one in verdict.leaks],
        "shared_fates": [
            {"entries": [*one.entries], "common": one.common} for one in verdict.fates
        ],
        "hidden_tampering": [{"entry": entry, "code": str(code)} for entry, code in verdict.hidden],
        "go_get_fails_over": [
            {"entry": entry, "code": str(code)} for entry, code in verdict.refused
        ],
    }


def _cause(cause: Cause) -> Object:
    return {
        "code": str(cause.code),
        "severity": str(cause.severity),
        "id": cause.id,
        "accepted": cause.accepted,
        "blame": str(cause.blame),
        "since": timestamp(cause.since),
        "seen": {"matched": cause.matched, "looked": cause.looked},
        "check": str(cause.check),
        "endpoint": str(cause.endpoint),
        "endpoints": [str(endpoint) for endpoint in cause.endpoints],
        "module": cause.module,
        "summary": cause.summary,
        "evidence": cause.evidence,
        "advice": ADVICE[cause.code].action,
        "runbook_url": runbook_url(cause.code),
    }


def _passage(passage: Passage) -> Object:
    return {
        "resource": passage.resource,
        "ok": passage.ok,
        "answered_by": passage.answered_by,
        "assumed": passage.assumed,
        "fallback": passage.fallback,
        "stopped_by": passage.stopped_by,
        "why": passage.why,
        "unreached": [*passage.unreached],
    }


def _check(result: Result) -> Object:
    return {
        "check": str(result.check.name),
        "ok": result.ok,
        "skipped_reason": None if result.skipped is None else str(result.skipped),
        "started": timestamp(result.started),
        "duration_seconds": seconds(result.duration),
        "facts": result.facts,
        "exchanges": [hop for exchange in result.exchanges for hop in hop_objects(exchange)],
    }
