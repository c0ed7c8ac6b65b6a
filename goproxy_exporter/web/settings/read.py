"""What does a web configuration file set?"""

import re
from pathlib import Path

from yaml.nodes import Node

from goproxy_exporter.model.mirror import Secret
from goproxy_exporter.web.settings.duration import parse_duration
from goproxy_exporter.web.settings.read_tls import read_tls
from goproxy_exporter.web.settings.sheet import Sheet, join
from goproxy_exporter.web.settings.values import RateLimit, WebSettings

_SECTIONS = ("tls_server_config", "http_server_config", "basic_auth_users", "rate_limit")
_HEADERS: dict[str, tuple[str, ...]] = {
    "Strict-Transport-Security": (),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("deny", "sameorigin"),
    "X-XSS-Protection": (),
    "Content-Security-Policy": (),
}
"""The headers that may be set, and the values of those that have a closed set of them."""
_BCRYPT = re.compile(r"\$2[abxy]?\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7e]*", re.ASCII)


def read(sheet: Sheet, directory: Path) -> WebSettings:
    """Read every section; what is wrong is added to the problems of the sheet."""
    sections = sheet.table(sheet.root, "", _SECTIONS)
    return WebSettings(
        tls=read_tls(sheet, sections.get("tls_server_config"), directory),
        headers=_headers(sheet, sections.get("http_server_config")),
        users=_users(sheet, sections.get("basic_auth_users")),
        rate_limit=_rate_limit(sheet, sections.get("rate_limit")),
    )


def _headers(sheet: Sheet, node: Node | None) -> dict[str, str]:
    path = "http_server_config"
    keys = sheet.table(node, path, ("http2", "headers"))
    sheet.boolean(keys.get("http2"), join(path, "http2"), default=True)
    where = join(path, "headers")
    headers: dict[str, str] = {}
    for name, value in sheet.table(keys.get("headers"), where, _HEADERS).items():
        text, allowed = sheet.text(value, join(where, name)), _HEADERS[name]
        if allowed and text not in allowed:
            sheet.complain(value, join(where, name), f"must be {' or '.join(allowed)}")
        elif not _PRINTABLE.fullmatch(text):
            sheet.complain(value, join(where, name), "must be printable ASCII on one line")
        headers[name] = text
    return headers


def _users(sheet: Sheet, node: Node | None) -> dict[str, Secret]:
    path = "basic_auth_users"
    users: dict[str, Secret] = {}
    for name, value in sheet.table(node, path, None).items():
        text = sheet.text(value, join(path, name))
        if not _BCRYPT.fullmatch(text):
            sheet.complain(value, join(path, name), "must be a bcrypt hash: htpasswd -nBC 10 ''")
        if ":" in name:
            sheet.complain(value, join(path, name), "a user name with a colon can never log in")
        users[name] = Secret("inline", text)
    return users


def _rate_limit(sheet: Sheet, node: Node | None) -> RateLimit | None:
    path = "rate_limit"
    keys = sheet.table(node, path, ("interval", "burst"))
    where = keys.get("interval")
    interval = parse_duration(sheet.text(where, join(path, "interval")) or "0")
    burst = sheet.integer(keys.get("burst"), join(path, "burst"))
    if interval is None:
        sheet.complain(where, join(path, "interval"), "must be a duration like 1s or 500ms")
    elif interval and not burst:
        sheet.complain(where, join(path, "burst"), "must be 1 or more, or nothing is answered")
    return RateLimit(interval, burst) if interval and burst else None
