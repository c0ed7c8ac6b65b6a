"""Which web configuration is in the file now?"""

import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path

from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.web.settings.files import UnreadableError, read_regular
from goproxy_exporter.web.settings.read import read
from goproxy_exporter.web.settings.read_tls import SECTION
from goproxy_exporter.web.settings.sheet import Sheet
from goproxy_exporter.web.settings.tls import TlsError, context_for
from goproxy_exporter.web.settings.values import WebSettings


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that can be used. Equal digests mean equal files, certificates included."""

    settings: WebSettings
    context: ssl.SSLContext | None
    digest: str


NOTHING = Loaded(WebSettings(), None, "")
"""What holds without a file."""


def load(file: str) -> Loaded:
    """Read the file and what it names. Raises ConfigError with every problem. Blocks."""
    try:
        text = read_regular(Path(file)).decode()
    except UnicodeDecodeError as error:
        raise ConfigError((Problem(file, None, None, "", "is not UTF-8"),)) from error
    except UnreadableError as error:
        raise ConfigError((Problem(file, None, None, "", str(error)),)) from error
    sheet = Sheet(file, text)
    settings = read(sheet, Path(file).parent)
    context = _context(sheet, settings)
    if sheet.problems:
        raise ConfigError(tuple(sheet.problems))
    return Loaded(settings, context, _digest(text, settings))


def _context(sheet: Sheet, settings: WebSettings) -> ssl.SSLContext | None:
    if settings.tls is None or sheet.problems:
        return None
    try:
        return context_for(settings.tls)
    except TlsError as error:
        sheet.complain(None, SECTION, str(error))
        return None


def _digest(text: str, settings: WebSettings) -> str:
    tls = settings.tls
    pems = () if tls is None else (tls.cert, tls.key.value, tls.client_ca or "")
    parts = "".join(f"{len(part)}:{part}" for part in (text, *pems))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
