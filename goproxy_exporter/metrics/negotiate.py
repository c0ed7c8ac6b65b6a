"""In which form does a scraper want its metrics?"""

from dataclasses import dataclass

TEXT = "text/plain; version=0.0.4; charset=utf-8"
TEXT_1 = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"

_BY_TYPE = {"application/openmetrics-text": OPENMETRICS, "text/plain": TEXT_1}


@dataclass(frozen=True, slots=True)
class Form:
    """A content type, and whether to compress."""

    content_type: str
    gzip: bool = False

    @property
    def openmetrics(self) -> bool:
        """Whether it is the OpenMetrics format."""
        return self.content_type == OPENMETRICS


def negotiate(accept: str, accept_encoding: str) -> Form:
    """Choose by the two request headers: the first type that is known in version 1, else text.

    As in the Prometheus client library the order in the header counts, not its weights. Names here
    need no escaping in any scheme, so what is asked for there changes nothing.
    """
    return Form(_content_type(accept), gzip=_accepts_gzip(accept_encoding))


def _content_type(accept: str) -> str:
    for item in accept.split(","):
        name, parameters = _parse(item)
        version = parameters.get("version", "")
        if name == "application/openmetrics-text" and not version:
            return OPENMETRICS
        if name in _BY_TYPE and version[:1].isdigit() and not version.startswith("0"):
            return _BY_TYPE[name]
    return TEXT


def _accepts_gzip(accept_encoding: str) -> bool:
    for item in accept_encoding.split(","):
        name, parameters = _parse(item)
        if name == "gzip":
            return parameters.get("q", "1").strip("0.") != ""
    return False


def _parse(item: str) -> tuple[str, dict[str, str]]:
    name, *rest = (part.strip() for part in item.split(";"))
    pairs = (part.partition("=") for part in rest)
    return name.lower(), {key.strip(): value.strip() for key, _, value in pairs}
