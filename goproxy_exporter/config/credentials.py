"""Who do we say we are to a mirror?"""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from goproxy_exporter.config.files import FileError, Files
from goproxy_exporter.config.gather import Item
from goproxy_exporter.config.netrc import find_login
from goproxy_exporter.config.schema_mirror import Auth, MirrorSection
from goproxy_exporter.config.secret import origin_of, secret
from goproxy_exporter.config.urls import Url
from goproxy_exporter.config.words import check_header_name
from goproxy_exporter.model.mirror import Credentials, Secret

Headers = tuple[tuple[str, Secret], ...]
_MUST = "must be ASCII, without blanks around it"
INSECURE = "credentials for a plain http URL; the go command refuses to send them, so do we"

UNSENT = "headers for a plain http URL; they are guarded like credentials, and never sent there"


def credentials(
    item: Item[MirrorSection], url: Url, *, env: Mapping[str, str], files: Files
) -> tuple[Credentials | None, Headers]:
    """Give credentials and extra headers of a mirror; problems are noted at their keys."""
    section = item.section
    headers = _headers(item, files)
    has_header = any(name.lower() == "authorization" for name, _ in headers)
    ways = (url.username is not None, section.auth is not None, has_header)
    if sum(ways) > 1:
        message = "credentials are given more than once: in the URL, as `auth`, or as a header"
        item.complain("auth" if section.auth else "url", message=message)
        return None, ()
    if any(ways) and url.scheme == "http":
        item.complain("auth" if section.auth else "url", message=INSECURE)
        return None, ()
    if headers and url.scheme == "http":
        item.complain("headers", message=UNSENT)
        return None, ()
    if section.auth is not None:
        return _auth(item, section.auth, url, env=env, files=files), headers
    found, header = login_of(url, origin_of(item.written("url")))
    return found, (*headers, *header)


def login_of(url: Url, origin: str) -> tuple[Credentials | None, Headers]:
    """Give the credentials in a URL. `origin` tells where its text came from."""
    if url.username is None:
        return None, ()
    if url.password is not None:
        password = Secret(origin, url.password)
        return Credentials(username=url.username, password=password), ()
    # A user name alone is a token more often than not: it is hidden like a password.
    encoded = b64encode(f"{url.username}:".encode()).decode()
    return None, (("authorization", Secret(origin, f"Basic {encoded}")),)


def _auth(
    item: Item[MirrorSection], auth: Auth, url: Url, *, env: Mapping[str, str], files: Files
) -> Credentials | None:
    if auth.basic is not None:
        keys = ("auth", "basic", "password")
        password = secret(item, *keys, value=auth.basic.password, files=files)
        if ":" in auth.basic.username:
            item.complain("auth", "basic", "username", message="a user name cannot have a colon")
        return Credentials(username=auth.basic.username, password=password)
    if auth.bearer is not None:
        token = secret(item, "auth", "bearer", value=auth.bearer, files=files)
        if token is not None and not _is_sendable(token):
            item.complain("auth", "bearer", message=f"a bearer token {_MUST}")
        return Credentials(token=token)
    return _netrc(item, url, env=env, files=files) if auth.netrc else None


def _netrc(
    item: Item[MirrorSection], url: Url, *, env: Mapping[str, str], files: Files
) -> Credentials | None:
    """Look a login up in $NETRC, else ~/.netrc."""
    path = Path(env.get("NETRC") or Path(env.get("HOME") or "/") / ".netrc")
    try:
        login = find_login(files.secret(path), f"{url.origin}{url.path}")
    except FileError as error:
        item.complain("auth", "netrc", message=f"{path} {error}")
        return None
    if login is None:
        item.complain("auth", "netrc", message=f"{path} has no machine {url.origin}")
        return None
    return Credentials(username=login.username, password=Secret("netrc", login.password))


def _headers(item: Item[MirrorSection], files: Files) -> Headers:
    found: dict[str, Secret] = {}
    for name, value in (item.section.headers or {}).items():
        try:
            check_header_name(name, found)
        except ValueError as error:
            item.complain("headers", name, message=str(error), at_key=True)
        resolved = secret(item, "headers", name, value=value, files=files)
        if resolved is not None and not _is_sendable(resolved):
            item.complain("headers", name, message=f"the value of a header {_MUST}")
        elif resolved is not None:
            found[name.lower()] = resolved
    return tuple(found.items())


def _is_sendable(text: Secret) -> bool:
    """Tell whether a text without control characters can stand in a header as it is."""
    return text.value.isascii() and text.value == text.value.strip()
