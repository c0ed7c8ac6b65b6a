"""Where a cause is explained."""

from goproxy_exporter.model.cause import Code

DOCUMENT = "docs/causes.md"


def anchor(code: Code) -> str:
    """Give the heading's anchor as Markdown renderers make it: ``tls.expired`` is ``tlsexpired``."""
    return str(code).replace(".", "")


def runbook_url(code: Code, base: str = DOCUMENT) -> str:
    """Give the place of a code's section below `base`."""
    return f"{base}#{anchor(code)}"
