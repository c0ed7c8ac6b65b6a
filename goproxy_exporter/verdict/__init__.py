"""From findings to causes, axes and a state: pure."""

from goproxy_exporter.verdict.chain_answers import answers
from goproxy_exporter.verdict.chain_known import Known
from goproxy_exporter.verdict.chain_risks import leaks
from goproxy_exporter.verdict.chains import judge_chain
from goproxy_exporter.verdict.doubt import standing
from goproxy_exporter.verdict.fold import forget, step
from goproxy_exporter.verdict.freshness import arrivals, recall
from goproxy_exporter.verdict.heard import Answers
from goproxy_exporter.verdict.judge import decide
from goproxy_exporter.verdict.memory import EMPTY, Memory, lifetime
from goproxy_exporter.verdict.odds import Shares, build_success, build_success_bound, failing

__all__ = [
    "EMPTY",
    "Answers",
    "Known",
    "Memory",
    "Shares",
    "answers",
    "arrivals",
    "build_success",
    "build_success_bound",
    "decide",
    "failing",
    "forget",
    "judge_chain",
    "leaks",
    "lifetime",
    "recall",
    "standing",
    "step",
]
