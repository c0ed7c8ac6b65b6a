"""How a login page answers: 200 and HTML, whatever is asked."""

from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply, page
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.styles.style import Style


def answer(_: Request, __: Catalogue) -> Reply:
    """Show the page."""
    return page(200, "Sign in to continue", cache_control="no-store")


STYLE = Style(name="login", meaning="the login page of a gatekeeper", answer=answer)
