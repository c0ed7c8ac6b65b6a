"""How an Artifactory with a virtual Go repository answers."""

import base64
import binascii
import hashlib
import json

from goproxy_exporter.simulator.inquiry import Inquiry
from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.styles.shelf import Found, Missing, find
from goproxy_exporter.simulator.styles.style import Style

USER, PASSWORD = "ci", "simulated-password"
TOKEN = "simulated-token"  # noqa: S105 - the same
_OK = 200
_TYPES = {
    Kind.LIST: "text/plain",
    Kind.LATEST: "application/json",
    Kind.INFO: "application/json",
    Kind.MOD: "text/plain",
    Kind.ZIP: "application/zip",
}


def answer(request: Request, catalogue: Catalogue) -> Reply:
    """Answer; without credentials everything is 404, with wrong ones 401."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    found = find(request, catalogue)
    if isinstance(found, Missing):
        return _error(404, f"Could not find {found.reason}")
    return _file(found)


def relay(request: Request, _: Inquiry, reply: Reply) -> Reply:
    """Pass successes on to those who have credentials."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    if reply.status != _OK:
        return _error(404, f"Could not find {request.path}")
    return _stamped(reply)


def _refusal(request: Request) -> Reply | None:
    allowed = _allowed(request.headers.get("authorization"))
    if allowed is None:
        return _error(404, "File not found.")
    if not allowed:
        return _error(401, "Bad credentials").having(www_authenticate='Basic realm="Artifactory"')
    if request.method not in ("GET", "HEAD"):
        return _error(405, "Method Not Allowed")
    return None


def _allowed(authorization: str | None) -> bool | None:
    if authorization is None:
        return None
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value == TOKEN
    try:
        return base64.b64decode(value, validate=True) == f"{USER}:{PASSWORD}".encode()
    except binascii.Error:
        return False


def _error(status: int, message: str) -> Reply:
    document = {"errors": [{"status": status, "message": message}]}
    body = json.dumps(document, indent=2).encode()
    return _stamped(Reply(status=status, body=body).having(content_type="application/json"))


def _file(found: Found) -> Reply:
    digest = hashlib.sha1(found.body, usedforsecurity=False).hexdigest()
    reply = Reply(body=found.body).having(content_type=_TYPES[found.kind], etag=digest)
    return _stamped(reply.having(x_checksum_sha1=digest))


def _stamped(reply: Reply) -> Reply:
    return reply.having(x_jfrog_version="Artifactory/7.0.0 simulated", x_artifactory_id="sim")


STYLE = Style(
    name="artifactory",
    meaning="Artifactory: a prefix, credentials, 404 for everything without them",
    answer=answer,
    prefix="/artifactory/api/go/go-virtual",
    login=(USER, PASSWORD),
    relay=relay,
)
