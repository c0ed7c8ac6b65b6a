"""The command line: `run` (the default), `probe`, `check-config`, `simulate`."""

from goproxy_exporter.cli.main import main

__all__ = ["main"]
