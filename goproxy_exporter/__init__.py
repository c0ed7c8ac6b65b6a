"""A Prometheus exporter that watches Go module mirrors the way the go command uses them."""

__version__ = "0.1.0"

GO_SEMANTICS = "1.27"
"""The release of the go command whose behaviour the rules in `gomod` follow."""
