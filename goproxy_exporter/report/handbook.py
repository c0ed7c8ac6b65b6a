"""The reference of causes, in Markdown."""

from collections.abc import Collection, Iterator

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.diagnosis.blame import blamed
from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.scope import checks_for
from goproxy_exporter.probes import PROBES
from goproxy_exporter.verdict.silence import ANY, ENDS_EXCHANGES, SYMPTOMS

_HEAD = """# Causes

<!-- Made by `make docs` from the tables in the code. -->

Every cause that the exporter can assert. The code is the `cause` label of `goproxy_mirror_cause`, the severity decides
the mirror's state, and the axis is the one of the five questions that the cause answers with no. `M` stands for the
mirror's URL in what `go` prints.

A cause is asserted after a second look, and left after two clean runs of its check. One exchange gives one cause: that
of the first stage that fails. What the prober's own network, clock or load may have brought about is never asserted.

"""


EVIDENCE: dict[Stage, str] = {
    Stage.DNS: "the nameserver asked and its answer, as reported; `dig NAME` here and from another "
    "network, and `dig +trace NAME`.",
    Stage.TRANSPORT: "address, phase and time of each failed look; whether other addresses and the "
    "other address family work (`edges`); `curl -v --resolve` to the reported address.",
    Stage.TLS: "the presented chain with its dates and names, as reported; `openssl s_client "
    "-connect HOST:443 -servername HOST -showcerts` for the reported address.",
    Stage.REDIRECT: "every hop with host, status and address, as reported; the Location header "
    "without the values of its query.",
    Stage.HTTP: "URL, status, address and time of the looks; Retry-After, Via, X-Cache, Server and "
    "request-id headers; the first lines of the body.",
    Stage.ENCODING: "Content-Encoding and Content-Length, the first bytes of the body, the address "
    "that answered; the same request with `Accept-Encoding: identity`.",
    Stage.SEMANTICS: "URL, status, content type and first lines of the body; Age, Cache-Control and "
    "Via; the answer of another mirror to the same path.",
    Stage.INTEGRITY: "URL, size, digest and address of what was served; Content-Length; the same "
    "file from another mirror; a second download through the same address.",
    Stage.SUMDB: "the note or tile as served, its URL and address; the same from the database "
    "itself.",
    Stage.QUALITY: "the figures of several runs, by address and hop; Age, Cache-Control and X-Cache; "
    "the same question from another vantage.",
}
"""What to put before the operator, by the stage at which a cause shows."""

OWN_EVIDENCE: dict[Code, str] = {
    Code.ENCODING_CASE: "the same path with `%21` and with `!`, at the mirror's front and behind its "
    "gateway; the answer for a path without capital letters.",
    Code.ENCODING_PLUS: "the same path with `+` and with `%2B`, at the mirror's front and behind its "
    "gateway; the list of the same module, whose path has no plus sign.",
    Code.TOOLCHAIN_UNAVAILABLE: "the answers to the list and to .info of a version for linux-amd64, "
    "which `go` asks for on every system; what the mirror's policy says of golang.org.",
}
"""What is worth more than that for single causes."""


_SYMPTOMS = """## Symptoms

One fault shows in many places. What a row names on the right is put aside while the cause on the left was there at the
last look, and shown as suppressed with its reason. A cause silences nothing that is worse than itself, and nothing
silences what a hash or a signature proves.

"""


def causes_reference() -> str:
    """Write docs/causes.md: a table, what silences what, then one section for every code."""
    tables = ("\n".join(_table()), _SYMPTOMS + "\n".join(_symptoms()))
    return _HEAD + "\n\n".join((*tables, "\n".join(map(_section, Code))))


def _symptoms() -> Iterator[str]:
    yield "| cause | silences | where | because |"
    yield "|---|---|---|---|"
    for rule in SYMPTOMS:
        yield f"| {_codes(rule.loud)} | {_codes(rule.quiet)} | {rule.scope.words} | {rule.why} |"


def _codes(codes: Collection[Code]) -> str:
    """Name a few codes, or say which the many are."""
    if codes == ENDS_EXCHANGES:
        return "what ends an exchange: unusable, up to `integrity.`"
    if codes == ANY:
        return "anything"
    return ", ".join(f"`{code}`" for code in Code if code in codes)


def _blame(code: Code) -> str:
    first, *others = (f"`{one}`" for one in blamed(code))
    return f"{first}; as the instance says also {', '.join(others)}." if others else f"{first}."


def _table() -> Iterator[str]:
    yield "| code | severity | axis |"
    yield "|---|---|---|"
    for code in Code:
        law = LAWS[code]
        yield f"| [`{code}`](#{str(code).replace('.', '')}) | {law.severity} | {law.axis} |"


def _section(code: Code) -> str:
    law, counsel = LAWS[code], ADVICE[code]
    looking = checks_for(code)
    asked = (
        ", ".join(f"`{check}`" for check in PROBES if check in looking)
        or "no check of this version"
    )
    prints = f"`{counsel.prints}`" if counsel.prints else "nothing"
    return (
        f"## `{code}`\n\n"
        f"{counsel.meaning}\n\n"
        f"* Severity: {law.severity}. Axis: {law.axis}. Looked for by: {asked}.\n"
        f"* What `go` prints: {prints}\n"
        f"* Evidence to collect: {OWN_EVIDENCE.get(code, EVIDENCE[law.stage])}\n"
        f"* What to do: {counsel.action}\n"
        f"* Who is to blame: {_blame(code)}\n"
    )
