"""Which hosts tell a prober that is cut off from a mirror that is down?"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from goproxy_exporter.config.settings import Settings
from goproxy_exporter.runner.controls import Target

PORTS = {"http": 80, "https": 443}


def control_targets(settings: Settings) -> tuple[Target, ...]:
    """Give the configured targets; without any, the hosts of everything that is watched."""
    return settings.control_targets or tuple(dict.fromkeys(_watched(settings)))


def _watched(settings: Settings) -> Iterator[Target]:
    database = (settings.checksum_database or "").partition("+")[0].split(maxsplit=1)
    urls = [
        *(mirror.url for mirror in settings.mirrors),
        settings.reference_url,
        *(f"https://{name}" for name in database[:1]),
    ]
    for url in filter(None, urls):
        parts = urlsplit(url)
        if parts.hostname:
            yield parts.hostname, parts.port or PORTS.get(parts.scheme, PORTS["https"])
