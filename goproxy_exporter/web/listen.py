"""Where is served?"""

from goproxy_exporter.errors import GoproxyError


class ListenError(GoproxyError):
    """An address that cannot be listened on; the message says which and why."""
