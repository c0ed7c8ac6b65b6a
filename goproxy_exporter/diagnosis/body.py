"""Is the body of a 200 the resource that was asked for?"""

import re
from dataclasses import dataclass

from goproxy_exporter.diagnosis.encoding import wrapped
from goproxy_exporter.diagnosis.failure import abroad
from goproxy_exporter.diagnosis.page import blank, error_text, markup, text
from goproxy_exporter.diagnosis.question import Expect, Form, Question
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.cached import LONGEST_VERSION, check_length
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.listing import decider, highest, parse_list
from goproxy_exporter.gomod.version import canonical, check_path_version
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.facts import UNASKABLE
from goproxy_exporter.model.result import Fact

HEAD = 65536
"""Bytes of an archive that are enough to tell what it is."""
_MODULE_LINE = re.compile(rb'^\s*module[ \t("`]', re.MULTILINE)
_SHOWN = 40
"""Characters of an endless version that are enough to find it."""
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The body of an answer: all of it, or an archive's first `HEAD` bytes and its inspection.

    `sound` tells that an archive keeps every rule, `refusal` which one it breaks; with neither
    nobody has looked inside.
    """

    data: bytes = b""
    sound: bool = False
    refusal: str | None = None


def judge_body(question: Question, exchange: Exchange, content: Content) -> Symptom | None:
    """Name what the body of a 200 asserts; None where it is what the go command needs."""
    if question.expect is Expect.ANYTHING:
        return None
    if question.expect is Expect.ABSENT:
        return _conjured(question, exchange, content.data)
    odd = wrapped(exchange, content.data, lambda inside: _right(question, inside))
    if odd is None:
        return _form(question, exchange, content)
    return Symptom(
        code=Code.INTEGRITY_CONTENT_ENCODING,
        summary=f"The body of the {question.form} of {question} is {odd}",
        evidence={"encoding": odd},
    )


def _form(question: Question, exchange: Exchange, content: Content) -> Symptom | None:
    match question.form:
        case Form.LIST:
            return _list(question, exchange, content.data)
        case Form.INFO:
            return _info(question, exchange, content.data)
        case Form.MOD:
            good = _MODULE_LINE.search(content.data) and not markup(content.data)
            return None if good else _soft(question, exchange, content.data)
        case Form.ZIP:
            return _zip(question, exchange, content)
        case Form.FILE:
            return None


def _list(question: Question, exchange: Exchange, body: bytes) -> Symptom | None:
    if not _right_list(body):
        return _soft(question, exchange, body)
    versions = parse_list(body).versions
    best = highest(versions)
    if best is None:
        return _nothing(question) if question.expect is Expect.NAMED else None
    read = decider(versions)
    for version in (best, read, highest(versions, incompatible=False)):
        problem = version and _unfit(question.module, version)
        if version and problem:
            unaskable = read is not None and canonical(read) != read
            return _misleading(question, version, problem, unaskable=unaskable)
    return None


def _misleading(question: Question, version: str, problem: str, *, unaskable: bool) -> Symptom:
    shown = version if len(version) <= LONGEST_VERSION else f"{version[:_SHOWN]}…"
    evidence: dict[str, Fact] = {"highest": shown, "problem": problem}
    return Symptom(
        code=Code.INTEGRITY_LIST_INVALID,
        summary=f"The list's highest version {shown} is none of {question.module}: {problem}",
        evidence=evidence | {UNASKABLE: True} if unaskable else evidence,
    )


def _nothing(question: Question) -> Symptom:
    """Judge a list without a version: it says that there is nothing, just as 404 does."""
    return Symptom(
        code=Code.MODULE_MISSING,
        summary=f"The list of {question} names no version",
        absent=True,
    )


def _info(question: Question, exchange: Exchange, body: bytes) -> Symptom | None:
    problem = _info_problem(question, body)
    if problem is None:
        return None
    if blank(body) or markup(body) or error_text(body):
        return _soft(question, exchange, body)
    return Symptom(
        code=Code.INTEGRITY_INFO_MISMATCH,
        summary=f"The answer for {question} is not one that the go command accepts: {problem}",
        evidence={"problem": problem},
    )


def _zip(question: Question, exchange: Exchange, content: Content) -> Symptom | None:
    if content.sound or (content.refusal is None and _zip_head(content.data)):
        return None
    if not content.data or markup(content.data) or text(content.data):
        return _soft(question, exchange, content.data)
    problem = content.refusal or "it does not begin like a zip"
    return Symptom(
        code=Code.INTEGRITY_ZIP_INVALID,
        summary=f"The zip of {question} is not a module zip: {problem}",
        evidence={"problem": problem},
    )


def _conjured(question: Question, exchange: Exchange, body: bytes) -> Symptom | None:
    """Judge a 200 for what cannot exist. An empty list says "no versions", which does no harm."""
    if question.form is Form.LIST and blank(body):
        return None
    return _soft(question, exchange, body)


def _soft(question: Question, exchange: Exchange, body: bytes) -> Symptom:
    kind = "an HTML page" if markup(body) else "a text"
    kind = "nothing" if blank(body) else kind
    evidence: dict[str, Fact] = {"body": kind}
    if abroad(exchange) and markup(body):
        evidence["login_host"] = exchange.last.host
    return Symptom(
        code=Code.SEMANTICS_SOFT200,
        summary=f"200 for the {question.form} of {question}, but the body is {kind}",
        evidence=evidence,
    )


def _right(question: Question, inside: bytes) -> bool:
    match question.form:
        case Form.LIST:
            return _right_list(inside)
        case Form.INFO:
            return _info_problem(question, inside) is None
        case Form.MOD:
            return _MODULE_LINE.search(inside) is not None and not markup(inside)
        case Form.ZIP:
            return _zip_head(inside)
        case Form.FILE:
            return True


def _right_list(body: bytes) -> bool:
    """Tell whether this lists versions, or nothing at all."""
    if blank(body) or markup(body):
        return not markup(body)
    listing = parse_list(body)
    return bool(listing.versions) or listing.pseudo > 0


def _info_problem(question: Question, body: bytes) -> str | None:
    try:
        info = parse_info(body, question.version)
        check_length(info.version)
        check_path_version(question.module, info.version)
    except ProtocolError as error:
        return str(error)
    return None


def _unfit(module: str, version: str) -> str | None:
    """Say why a listed version can be none of this module; None where it can."""
    try:
        check_length(version)
        check_path_version(module, version)
    except ProtocolError as error:
        return str(error)
    return None if canonical(version) == version else "it is not written canonically"


def _zip_head(body: bytes) -> bool:
    return body.startswith(_ZIP_MAGIC)
