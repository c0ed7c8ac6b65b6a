"""Which run, of which commit, has made this inspection?

Sources: the variables of GitHub Actions, GitLab CI/CD and Jenkins; our own come first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_COMMIT = ("GOPROXY_EXPORTER_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT")
_RUN = ("GOPROXY_EXPORTER_RUN", "CI_JOB_ID", "BUILD_TAG")
_URL = ("GOPROXY_EXPORTER_RUN_URL", "CI_JOB_URL", "BUILD_URL")
_GITHUB = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
_ATTEMPT = "GITHUB_RUN_ATTEMPT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a CI system says of a run; None where nothing says it."""

    commit: str | None = None
    run: str | None = None
    """The same for everything that one attempt of one job sends."""
    url: str | None = None
    """Where the run can be looked at."""

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Self:
        """Read the environment."""
        server, repository, run = (env.get(name) for name in _GITHUB)
        url = None
        if server and repository and run:
            url = f"{server}/{repository}/actions/runs/{run}"
            run = f"{repository} {run} {env.get(_ATTEMPT, '1')}"
        return cls(
            commit=_first(env, _COMMIT),
            run=_first(env, _RUN) or run,
            url=_first(env, _URL) or url,
        )


def _first(env: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := env.get(name))), None)
