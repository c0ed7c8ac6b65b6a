"""On which terms is a host reached?"""

from collections.abc import Mapping
from pathlib import Path

from goproxy_exporter.config.credentials import credentials, login_of
from goproxy_exporter.config.files import FileError, Files
from goproxy_exporter.config.gather import AnyItem, Item
from goproxy_exporter.config.schema import Document
from goproxy_exporter.config.schema_mirror import MirrorSection
from goproxy_exporter.config.secret import origin_of
from goproxy_exporter.config.urls import DEFAULT_PORTS, Url, parse_url
from goproxy_exporter.model.mirror import Access, ClientCertificate, Credentials


def general_access(item: Item[Document], files: Files) -> Access:
    """Give the terms that hold for every host; problems are noted at their keys."""
    document = item.section
    ca_file = document.tls.ca_file if document.tls else None
    proxy, login = _forward_proxy(item, document.forward_proxy)
    return Access(
        ca_files=_roots(item, "tls", "ca_file", name=ca_file, files=files),
        forward_proxy=proxy,
        forward_proxy_credentials=login,
        nameservers=tuple(document.nameservers or ()),
    )


def mirror_access(
    item: Item[MirrorSection], url: Url, general: Access, *, env: Mapping[str, str], files: Files
) -> Access:
    """Give the terms that a mirror is reached on; problems are noted at their keys."""
    section = item.section
    login, headers = credentials(item, url, env=env, files=files)
    proxy, proxy_login = general.forward_proxy, general.forward_proxy_credentials
    if section.forward_proxy is not None:
        proxy, proxy_login = _forward_proxy(item, section.forward_proxy)
    roots = _roots(item, "ca_file", name=section.ca_file, files=files)
    return Access(
        credentials=login,
        client_cert=_client_cert(item, url, files),
        ca_files=tuple(dict.fromkeys((*general.ca_files, *roots))),
        headers=headers,
        forward_proxy=proxy,
        forward_proxy_credentials=proxy_login,
        ip_family=int(section.ip_family) if section.ip_family in {"4", "6"} else None,
        nameservers=general.nameservers,
    )


def _forward_proxy(item: AnyItem, text: str | None) -> tuple[str | None, Credentials | None]:
    """Give a proxy as ``http://host:port`` and its login."""
    if text is None or text == "off":
        return (None if text is None else ""), None
    url = parse_url(text)
    if url.username is not None and url.password is None:
        item.complain("forward_proxy", message="credentials need both user name and password")
    login, _ = login_of(url, origin_of(item.written("forward_proxy")))
    port = "" if url.port else f":{DEFAULT_PORTS[url.scheme]}"
    return f"{url.scheme}://{url.origin}{port}", login


def _roots(item: AnyItem, *keys: str, name: str | None, files: Files) -> tuple[str, ...]:
    if name is None:
        return ()
    path = absolute(item, name)
    try:
        files.roots(Path(path))
    except FileError as error:
        item.complain(*keys, message=f"the file {error}")
    return (path,)


def _client_cert(item: Item[MirrorSection], url: Url, files: Files) -> ClientCertificate | None:
    section = item.section.client_cert
    if section is None:
        return None
    if url.scheme == "http":
        item.complain("client_cert", message="a client certificate for a plain http URL")
        return None
    cert = absolute(item, section.cert_file)
    readable = _is_readable(item, "cert_file", cert, files)
    key = cert
    if section.key_file is not None:
        key = absolute(item, section.key_file)
        readable = _is_readable(item, "key_file", key, files) and readable
    if readable:
        _check_pair(item, Path(cert), Path(key), files)
    return ClientCertificate(cert_file=cert, key_file=key)


def _check_pair(item: Item[MirrorSection], cert: Path, key: Path, files: Files) -> None:
    try:
        files.client_certificate(cert, key)
    except FileError as error:
        item.complain("client_cert", message=f"the file {error}")


def _is_readable(item: Item[MirrorSection], key: str, path: str, files: Files) -> bool:
    try:
        files.pem(Path(path))
    except FileError as error:
        item.complain("client_cert", key, message=f"the file {error}")
        return False
    return True


def absolute(item: AnyItem, name: str) -> str:
    """Give a file name that was written relative to the file it stands in."""
    return str((item.folder / name).absolute())
