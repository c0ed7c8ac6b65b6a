"""The web configuration file, in the format of the Prometheus exporter-toolkit."""

from goproxy_exporter.web.settings.load import Loaded, load
from goproxy_exporter.web.settings.values import RateLimit, TlsServer, WebSettings

__all__ = ["Loaded", "RateLimit", "TlsServer", "WebSettings", "load"]
