"""From findings to causes, axes and a state: pure."""

from goproxy_exporter.verdict.doubt import standing
from goproxy_exporter.verdict.fold import forget, step
from goproxy_exporter.verdict.judge import decide
from goproxy_exporter.verdict.memory import EMPTY, Memory, lifetime
from goproxy_exporter.verdict.odds import build_success

__all__ = ["EMPTY", "Memory", "build_success", "decide", "forget", "lifetime", "standing", "step"]
