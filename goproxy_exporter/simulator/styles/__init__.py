"""How servers of several makes answer: pure functions from a request to a reply."""

from goproxy_exporter.simulator.styles import artifactory, athens, golang, goproxy, static
from goproxy_exporter.simulator.styles.style import Style

STYLES: dict[str, Style] = {
    style.name: style
    for style in (goproxy.STYLE, athens.STYLE, artifactory.STYLE, static.STYLE, golang.STYLE)
}
"""The makes of mirrors, by the name that their mirror has in a world."""
