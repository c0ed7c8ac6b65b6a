"""What is served over HTTP: metrics, pages, JSON, and a few buttons."""

from goproxy_exporter.web.listen import ListenError
from goproxy_exporter.web.site import Site
from goproxy_exporter.web.sources import Serving, Sources

__all__ = ["ListenError", "Serving", "Site", "Sources"]
