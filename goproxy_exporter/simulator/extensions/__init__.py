"""What a world serves besides mirrors, each at hosts of its own."""

from goproxy_exporter.simulator.extensions.database import Database
from goproxy_exporter.simulator.extensions.index import Index
from goproxy_exporter.simulator.extensions.vulnerabilities import Vulnerabilities
from goproxy_exporter.simulator.site import Extension

__all__ = ["Database", "Index", "Vulnerabilities", "whole"]


def whole(database: Database) -> tuple[Extension, ...]:
    """Give everything that the exporter can watch: a database, the index, two of vulnerabilities."""
    return (database, Index(), Vulnerabilities())
