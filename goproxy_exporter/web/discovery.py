"""Which mirrors can a Prometheus shard among replicas?"""

import json
import re

from aiohttp import web

from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.web.endpoint import json_text
from goproxy_exporter.web.sources import Sources
from goproxy_exporter.wire.redact import redact

_NOT_IN_NAMES = re.compile("[^a-zA-Z0-9_]")


class Discovery:
    """`/sd`: HTTP service discovery, one target per mirror, for /probe behind relabelling."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def answer(self, _request: web.Request) -> web.Response:
        """List the mirrors with their labels as meta labels."""
        groups = [_group(mirror) for mirror in self._sources.store.mirrors.values()]
        return json_text(json.dumps(groups, indent=2) + "\n")


def _group(mirror: Mirror) -> dict[str, object]:
    labels = {
        f"__meta_goproxy_label_{_NOT_IN_NAMES.sub('_', name)}": value
        for name, value in mirror.labels
    }
    named = {"__meta_goproxy_mirror": mirror.name, "__meta_goproxy_url": redact(mirror.url)}
    return {"targets": [mirror.name], "labels": named | labels}
