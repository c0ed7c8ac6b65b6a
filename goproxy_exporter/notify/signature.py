"""How does a receiver know that a request is ours?

Sources: DingTalk "Custom robot, security settings"; Feishu "Custom bot, signature verification";
Standard Webhooks, "Signature scheme" (symmetric).
"""

import base64
import binascii
import hashlib
import hmac
from urllib.parse import urlencode

_PREFIX = "whsec_"


def dingtalk_url(url: str, secret: str, now: float) -> str:
    """Add the time in milliseconds and its signature to the query."""
    moment = str(int(now * 1000))
    sign = _hmac(secret.encode(), f"{moment}\n{secret}".encode())
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}{urlencode({'timestamp': moment, 'sign': sign})}"


def feishu_fields(secret: str, now: float) -> dict[str, str]:
    """Give the fields that the body gets: the time in seconds, and a digest keyed with both."""
    moment = str(int(now))
    return {"timestamp": moment, "sign": _hmac(f"{moment}\n{secret}".encode(), b"")}


def webhook_headers(key: str, secret: str, now: float, body: bytes) -> dict[str, str]:
    """Give the headers of Standard Webhooks; without a secret there is no signature."""
    moment = str(int(now))
    headers = {"webhook-id": f"msg_{key}", "webhook-timestamp": moment}
    if secret:
        signed = b".".join((headers["webhook-id"].encode(), moment.encode(), body))
        headers["webhook-signature"] = f"v1,{_hmac(webhook_key(secret), signed)}"
    return headers


def webhook_key(secret: str) -> bytes:
    """Give the octets of a secret: base64 behind ``whsec_``, else the text itself.

    Raises ValueError where there is no base64 behind it.
    """
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"has a secret without base64 behind its {_PREFIX}") from None


def _hmac(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
