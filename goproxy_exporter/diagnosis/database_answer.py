"""Is this what a checksum database, or a relay of one, has to answer?"""

from goproxy_exporter.diagnosis.answer import judge, usable
from goproxy_exporter.diagnosis.body import Content
from goproxy_exporter.diagnosis.failure import OK
from goproxy_exporter.diagnosis.page import blank, markup, text
from goproxy_exporter.diagnosis.question import Question
from goproxy_exporter.diagnosis.status import NOT_HERE
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.note import SignatureError, UnsignedError
from goproxy_exporter.gomod.note_key import Verifier
from goproxy_exporter.gomod.signed_head import open_head, open_record
from goproxy_exporter.gomod.tile import parse_tile_path
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange, FailureKind
from goproxy_exporter.model.mirror import Thresholds
from goproxy_exporter.model.names import Endpoint

SHOWN = 2048
"""Characters of a note that evidence shows; right ones have some hundred."""
_OF_LATEST = frozenset((Code.SUMDB_SIGNATURE_INVALID, Code.HTTP_429))
"""What counts of a head that the go command never asks for."""


def judge_answer(
    question: Question, exchange: Exchange, body: bytes, thresholds: Thresholds, verifier: Verifier
) -> Symptom | None:
    """Give the symptom of the first stage that fails; None where the answer is right and quick.

    What takes more than one answer to tell is not told here: whether tiles, records and heads fit
    one another. Total: no bytes and no headers make it raise.
    """
    symptom = _first(question, exchange, body, thresholds, verifier)
    if question.endpoint is not Endpoint.SUMDB_LATEST or symptom is None:
        return symptom
    return symptom if symptom.code in _OF_LATEST else None


def _first(
    question: Question, exchange: Exchange, body: bytes, thresholds: Thresholds, verifier: Verifier
) -> Symptom | None:
    plain = judge(question, exchange, Content(data=body), thresholds)
    if not usable(plain):
        return plain
    if exchange.status == OK:
        return _of_success(question, exchange, body, verifier) or plain
    if question.endpoint is Endpoint.SUMDB_SUPPORTED and exchange.status in NOT_HERE:
        return Symptom(
            code=Code.SUMDB_NOT_PROXIED,
            summary=f"{exchange.last.host} does not relay {question}: it answers {exchange.status}",
        )
    return plain


def _of_success(
    question: Question, exchange: Exchange, body: bytes, verifier: Verifier
) -> Symptom | None:
    if exchange.failure is None:
        return _content(question, body, verifier)
    if exchange.failure.kind is FailureKind.BODY_TOO_LARGE:
        return _wrong(question, body, "it is longer than anything that a database answers")
    return None


def _content(question: Question, body: bytes, verifier: Verifier) -> Symptom | None:
    match question.endpoint:
        case Endpoint.SUMDB_LOOKUP:
            return _lookup(question, body, verifier)
        case Endpoint.SUMDB_LATEST:
            return _latest(question, body, verifier)
        case Endpoint.SUMDB_TILE:
            return _tile(question, body)
        case _:
            return None


def _lookup(question: Question, body: bytes, verifier: Verifier) -> Symptom | None:
    try:
        lookup = open_record(body, verifier).lookup
    except (UnsignedError, SignatureError) as error:
        return _forged(question, body, verifier, error)
    except ProtocolError as error:
        return _wrong(question, body, str(error))
    if not lookup.lines(question.module, question.version or ""):
        return _wrong(question, body, "its record is about something else")
    return None


def _latest(question: Question, body: bytes, verifier: Verifier) -> Symptom | None:
    try:
        open_head(body, verifier)
    except (UnsignedError, SignatureError) as error:
        return _forged(question, body, verifier, error)
    except ProtocolError as error:
        return _wrong(question, body, str(error))
    return None


def _tile(question: Question, body: bytes) -> Symptom | None:
    size = parse_tile_path(question.module).size
    if len(body) == size:
        return None
    return _wrong(question, body, f"it has {len(body)} bytes instead of {size}")


def _wrong(question: Question, body: bytes, problem: str) -> Symptom:
    """Tell of what came in place of a tile, or of anything else."""
    what = {Endpoint.SUMDB_LOOKUP: "The answer to the lookup of "}.get(question.endpoint, "")
    if question.endpoint is Endpoint.SUMDB_TILE:
        code = Code.SUMDB_TILE_INVALID
    elif blank(body) or markup(body):
        code = Code.SEMANTICS_SOFT200
    else:
        code = Code.SUMDB_HALF_PROXIED
    return Symptom(
        code=code,
        summary=f"{what}{question} is none: {problem}",
        evidence={"problem": problem, "body": _kind(body)},
    )


def _forged(question: Question, body: bytes, verifier: Verifier, error: ProtocolError) -> Symptom:
    key = f"{verifier.name}+{verifier.key_id:08x}"
    return Symptom(
        code=Code.SUMDB_SIGNATURE_INVALID,
        summary=f"What is answered for {question} was not signed by {key}: {error}",
        evidence={"problem": str(error), "key": key, "note": shown(body)},
    )


def shown(note: bytes) -> str:
    """Give a note as evidence has it."""
    return note[: 4 * SHOWN].decode(errors="replace")[:SHOWN]


def _kind(body: bytes) -> str:
    if blank(body):
        return "nothing"
    if markup(body):
        return "an HTML page"
    return "a text" if text(body) else "bytes"
