"""Can govulncheck use what a vulnerability database answers, and is it what the original has?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from goproxy_exporter.diagnosis.answer import judge
from goproxy_exporter.diagnosis.body import Content
from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.gunzip import gunzip
from goproxy_exporter.gomod.vulndb import (
    MOST_BYTES,
    Entry,
    ModulesIndex,
    parse_db,
    parse_entry,
    parse_modules,
)
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact

LATE = 86400.0
"""Seconds that a mirror may be behind its original: what is copied once a day is in time."""
_DAY = 86400.0
_SHOWN = 5
"""Ids that evidence names."""
_NOT_FOUND = frozenset({Code.MODULE_MISSING, Code.SEMANTICS_MASKED_UPSTREAM_FAILURE})
_NO_HEAD = frozenset({Code.HTTP_UNEXPECTED_STATUS, Code.HTTP_403_POLICY}) | _NOT_FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One state of a database: when it says that it changed, and what its index has."""

    modified: datetime
    index: ModulesIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the answers of one run are held against; None where it is not known (yet).

    `modified` and `index` are the database's own, `original` is what it mirrors.
    """

    original: Edition | None = None
    modified: datetime | None = None
    index: ModulesIndex | None = None

    def reading(self, question: Question, body: bytes) -> "Context":
        """Give the context with what a good answer adds to it."""
        match question.endpoint:
            case Endpoint.VULNDB_DB:
                return replace(self, modified=parse_db(unpacked(body)).modified)
            case Endpoint.VULNDB_MODULES:
                return replace(self, index=parse_modules(unpacked(body)))
            case _:
                return self


def judge_file(
    question: Question, exchange: Exchange, body: bytes, thresholds: Thresholds, context: Context
) -> Symptom | None:
    """Name what is wrong with an answer; None where govulncheck can use it, and should.

    Source: golang.org/x/vuln (internal/client): HEAD has to be answered 200, and files are
    unpacked by the client itself.
    """
    symptom = judge(question, exchange, Content(data=body), thresholds)
    if symptom is not None:
        return _as_it_matters(question, symptom)
    if question.endpoint is Endpoint.VULNDB_HEAD or exchange.status != OK:
        return None
    try:
        return _content(question, unpacked(body), context)
    except ProtocolError as error:
        return Symptom(
            code=Code.VULNDB_UNREADABLE,
            summary=f"govulncheck cannot read {question}: {error}",
            evidence={"file": question.module, "problem": str(error)},
        )


def unpacked(body: bytes) -> bytes:
    """Unpack a file as govulncheck does. Raises ProtocolError."""
    return gunzip(body, most=MOST_BYTES)


def newest(index: ModulesIndex) -> str | None:
    """Give the id that changed last, of equal ones the last by name."""
    dated = [(moment, name) for name, moment in index.modified.items() if moment is not None]
    return max(dated)[1] if dated else None


def behind(modified: datetime, original: Edition) -> float:
    """Give the seconds that a database is behind its original; 0 where it is not."""
    return max(0.0, (original.modified - modified).total_seconds())


def _as_it_matters(question: Question, symptom: Symptom) -> Symptom:
    """Tell a file that is missing, or that HEAD does not show, as what cannot be read."""
    if question.endpoint is Endpoint.VULNDB_HEAD and symptom.code in _NO_HEAD:
        summary = f"HEAD of {question} is not answered 200: govulncheck takes this for no database"
    elif symptom.code in _NOT_FOUND:
        summary = f"{question} is missing"
    elif symptom.code is Code.INTEGRITY_CONTENT_ENCODING:
        summary = f"govulncheck cannot unpack {question}: {symptom.summary}"
    else:
        return symptom
    return replace(symptom, code=Code.VULNDB_UNREADABLE, summary=summary, absent=False)


def _content(question: Question, document: bytes, context: Context) -> Symptom | None:
    match question.endpoint:
        case Endpoint.VULNDB_DB:
            return _stale(parse_db(document).modified, context.original)
        case Endpoint.VULNDB_MODULES:
            return _incomplete(parse_modules(document), context)
        case _:
            return _other_entry(parse_entry(document), question, context.index)


def _stale(modified: datetime, original: Edition | None) -> Symptom | None:
    if original is None or behind(modified, original) <= LATE:
        return None
    days = behind(modified, original) / _DAY
    return Symptom(
        code=Code.VULNDB_STALE,
        summary=f"The database is {days:.1f} days behind its original",
        evidence={
            "modified": _told(modified),
            "original_modified": _told(original.modified),
            "lag_seconds": behind(modified, original),
        },
    )


def _incomplete(index: ModulesIndex, context: Context) -> Symptom | None:
    """Hold an index against the original's.

    What the original had changed before the database's own date has to be there: to lack that is
    no matter of time.
    """
    if context.original is None or context.modified is None:
        return None
    missing, older = _lacking(index, context.modified, context.original.index)
    if not missing and not older:
        return None
    return Symptom(
        code=Code.VULNDB_INCOMPLETE,
        summary=f"Of what the original has, {len(missing)} vulnerabilities are missing here, and "
        f"{len(older)} are older",
        evidence={
            "missing": len(missing),
            "older": len(older),
            "missing_ids": _few(missing),
            "older_ids": _few(older),
        },
    )


def _lacking(
    index: ModulesIndex, until: datetime, original: ModulesIndex
) -> tuple[list[str], list[str]]:
    missing: list[str] = []
    older: list[str] = []
    for name, changed in sorted(original.modified.items()):
        if changed is None or changed > until:
            continue
        if name not in index.modified:
            missing.append(name)
        elif (known := index.modified[name]) is not None and known < changed:
            older.append(name)
    return missing, older


def _other_entry(entry: Entry, question: Question, index: ModulesIndex | None) -> Symptom | None:
    """Say what an entry has otherwise than the index that names it."""
    name = question.module.rpartition("/")[2].removesuffix(".json.gz")
    promised = index.modified.get(name) if index else None
    if entry.id == name and (promised is None or entry.modified == promised):
        return None
    return Symptom(
        code=Code.VULNDB_UNREADABLE,
        summary=f"The index and the entry {name} are not of one moment",
        evidence={
            "entry_id": entry.id,
            "entry_modified": _told(entry.modified),
            "index_modified": _told(promised),
        },
    )


def _few(names: Iterable[str]) -> list[Fact]:
    return [name for name, _ in zip(names, range(_SHOWN), strict=False)]


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
