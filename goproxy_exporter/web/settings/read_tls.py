"""Does the file ask for TLS, and with which certificates?"""

import ssl
from pathlib import Path

from yaml.nodes import Node

from goproxy_exporter.model.mirror import Secret
from goproxy_exporter.web.settings.files import UnreadableError, read_regular
from goproxy_exporter.web.settings.sheet import Sheet, join
from goproxy_exporter.web.settings.values import TlsServer
from goproxy_exporter.web.settings.words import CIPHERS, CURVES, UNVERIFIED, VERIFY, VERSIONS

SECTION = "tls_server_config"
_KEYS = (
    *("cert", "cert_file", "key", "key_file", "client_ca", "client_ca_file"),
    *("client_auth_type", "client_allowed_sans", "min_version", "max_version"),
    *("cipher_suites", "prefer_server_cipher_suites", "curve_preferences"),
)
_ENABLES = _KEYS[:7]
"""TLS is spoken when one of these is set."""


def read_tls(sheet: Sheet, node: Node | None, directory: Path) -> TlsServer | None:
    """Read the section; relative paths start at the file's directory."""
    return _Section(sheet, node, directory).server()


class _Section:
    """The keys of the section."""

    def __init__(self, sheet: Sheet, node: Node | None, directory: Path) -> None:
        self.sheet = sheet
        self.node = node
        self.directory = directory
        self.keys = sheet.table(node, SECTION, _KEYS)

    def server(self) -> TlsServer | None:
        """Give what is asked for; None for plain HTTP, or where certificate or key are missing."""
        minimum = self._version("min_version", ssl.TLSVersion.TLSv1_2)
        maximum = self._version("max_version", ssl.TLSVersion.TLSv1_3)
        ciphers, curve = self._ciphers(), self._curve()
        prefer = self._boolean("prefer_server_cipher_suites")
        if not any(self._text(key) for key in _ENABLES):
            return None
        if maximum < max(minimum, ssl.TLSVersion.TLSv1_2):
            self._complain("max_version", "is below min_version, or older than TLS12")
        cert, key, client_ca = self._pem("cert"), self._pem("key"), self._pem("client_ca")
        verify = self._verify(client_ca)
        sans = self._sans(verify)
        if cert is None or key is None:
            return None
        return TlsServer(
            cert=cert,
            key=Secret("inline", key),
            client_ca=client_ca,
            verify=verify,
            client_allowed_sans=sans,
            minimum=max(minimum, ssl.TLSVersion.TLSv1_2),
            maximum=maximum,
            ciphers=ciphers,
            curve=curve,
            prefer_server_ciphers=prefer,
        )

    def _text(self, key: str) -> str:
        node = self.keys.get(key)
        return "" if node is None else self.sheet.text(node, join(SECTION, key))

    def _boolean(self, key: str) -> bool:
        return self.sheet.boolean(self.keys.get(key), join(SECTION, key), default=True)

    def _complain(self, key: str, message: str) -> None:
        self.sheet.complain(self.keys.get(key, self.node), join(SECTION, key), message)

    def _pem(self, key: str) -> str | None:
        """Read a PEM text from its file, else as it stands; a missing one is a problem."""
        file, inline = self._text(f"{key}_file"), self._text(key)
        if file:
            try:
                return read_regular(self.directory / file).decode("latin-1")
            except UnreadableError as error:
                self._complain(f"{key}_file", str(error))
        elif inline:
            return inline
        elif key != "client_ca":
            self._complain(f"{key}_file", f"is missing, and so is {key}")
        return None

    def _verify(self, client_ca: str | None) -> ssl.VerifyMode:
        kind = self._text("client_auth_type")
        if kind in UNVERIFIED:
            message = "asks for certificates without verifying them, which proves nothing and is"
            self._complain("client_auth_type", f"{message} not supported here")
        elif kind not in VERIFY:
            self._complain("client_auth_type", f"must be one of {', '.join(filter(None, VERIFY))}")
        elif client_ca is not None and VERIFY[kind] is ssl.CERT_NONE:
            self._complain("client_auth_type", "must be set where a client CA is")
        return VERIFY.get(kind, ssl.CERT_REQUIRED)

    def _sans(self, verify: ssl.VerifyMode) -> tuple[str, ...]:
        key = "client_allowed_sans"
        path = join(SECTION, key)
        names = tuple(name for _, _, name in self.sheet.texts(self.keys.get(key), path))
        if names and verify is not ssl.CERT_REQUIRED:
            self._complain(key, "needs client_auth_type: RequireAndVerifyClientCert")
        return names

    def _version(self, key: str, default: ssl.TLSVersion) -> ssl.TLSVersion:
        name = self._text(key)
        if name and name not in VERSIONS:
            self._complain(key, f"must be one of {', '.join(VERSIONS)}")
        return VERSIONS.get(name, default)

    def _ciphers(self) -> tuple[str, ...]:
        path = join(SECTION, "cipher_suites")
        chosen: list[str] = []
        for node, where, name in self.sheet.texts(self.keys.get("cipher_suites"), path):
            if name not in CIPHERS:
                self.sheet.complain(node, where, "unknown cipher suite")
            elif (cipher := CIPHERS[name]) is not None:
                chosen.append(cipher)
        return tuple(chosen)

    def _curve(self) -> str | None:
        """Give the one curve that is allowed; of several OpenSSL chooses by itself."""
        path = join(SECTION, "curve_preferences")
        curves: list[str] = []
        for node, where, name in self.sheet.texts(self.keys.get("curve_preferences"), path):
            if name not in CURVES:
                self.sheet.complain(node, where, f"must be one of {', '.join(CURVES)}")
            else:
                curves.append(CURVES[name])
        return curves[0] if len(curves) == 1 else None
