"""Links to a storage host that only hold for a while, in the two ways object stores sign them."""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlencode

_KEY = b"the key of a simulated world"
_LITERAL = "/@!+~="
_STAMP = "%Y%m%dT%H%M%SZ"


def google(base: str, path: str, *, expires: float) -> str:
    """Sign as Cloud Storage does: `expires` is Unix seconds."""
    until = str(int(expires))
    fields = {"Expires": until, "GoogleAccessId": "mirror@sim.test", "Signature": _sum(path, until)}
    return f"{base}{quote(path, safe=_LITERAL)}?{urlencode(fields)}"


def amazon(base: str, path: str, *, now: float, seconds: int) -> str:
    """Sign as S3 and its likes do: from `now` (Unix seconds) on for `seconds`."""
    date = datetime.fromtimestamp(now, UTC).strftime(_STAMP)
    fields = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"sim/{date[:8]}/sim-east-1/s3/aws4_request",
        "X-Amz-Date": date,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": _sum(path, date, str(seconds)),
        "response-cache-control": "public, max-age=604800",
    }
    return f"{base}{quote(path, safe=_LITERAL)}?{urlencode(fields)}"


def refusal(path: str, query: str, *, now: float) -> str | None:
    """Say why a link does not hold, in an object store's words; None if it does."""
    fields = dict(parse_qsl(query))
    try:
        good, until = _google(path, fields) if "Signature" in fields else _amazon(path, fields)
    except (KeyError, ValueError):
        return "AccessDenied"
    if not good:
        return "SignatureDoesNotMatch"
    return None if now < until else "ExpiredToken"


def _google(path: str, fields: dict[str, str]) -> tuple[bool, float]:
    until = fields["Expires"]
    return _same(fields["Signature"], _sum(path, until)), float(until)


def _amazon(path: str, fields: dict[str, str]) -> tuple[bool, float]:
    date, seconds = fields["X-Amz-Date"], fields["X-Amz-Expires"]
    since = datetime.strptime(date, _STAMP).replace(tzinfo=UTC).timestamp()
    return _same(fields["X-Amz-Signature"], _sum(path, date, seconds)), since + int(seconds)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _sum(*parts: str) -> str:
    return hmac.new(_KEY, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
