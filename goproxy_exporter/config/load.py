"""Which settings does a configuration file give, or what is wrong with it?"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from goproxy_exporter.config.build import build
from goproxy_exporter.config.defaults import FLOOR
from goproxy_exporter.config.files import Files
from goproxy_exporter.config.gather import gather
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.config.surroundings import Surroundings
from goproxy_exporter.config.tree import Tree
from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.model.names import CheckName


def load(
    path: Path | None,
    *,
    env: Mapping[str, str],
    implemented: frozenset[CheckName],
    floor: float = FLOOR,
) -> Settings:
    """Load a configuration file with its fragments; None means the built-in configuration.

    `implemented` are the checks that have a probe, `floor` is the shortest interval in seconds.
    Blocks (it reads files and certificates): call it in a thread where a loop is running.
    Raises ConfigError with every problem of every file, in the order of files and lines.
    """
    around = Surroundings(env=env, files=Files(), implemented=implemented, floor=floor)
    gathered = gather(path, env=env, files=around.files)
    settings = build(gathered, around)
    problems = tuple(_in_order(gathered.trees))
    if problems:
        raise ConfigError(problems)
    return settings


def _in_order(trees: Iterable[Tree]) -> Iterable[Problem]:
    for tree in trees:
        # Two messages may stand at one place; the same message never twice.
        yield from sorted(
            dict.fromkeys(tree.problems),
            key=lambda problem: (problem.line or 0, problem.column or 0, problem.path),
        )
