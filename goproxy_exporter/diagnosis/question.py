"""What was asked, and what is a right answer to it?"""

from dataclasses import dataclass
from enum import StrEnum

from goproxy_exporter.model.mirror import Canary
from goproxy_exporter.model.names import Endpoint


class Form(StrEnum):
    """How a right body looks."""

    LIST = "list"
    """One version per line."""
    INFO = "info"
    """A JSON object that names a version."""
    MOD = "mod"
    """A go.mod file."""
    ZIP = "zip"
    """A module archive."""
    FILE = "file"
    """A file of something else than modules, judged by whoever asks for it."""


class Expect(StrEnum):
    """Which answers are right."""

    PRESENT = "present"
    """The mirror must have it."""
    NAMED = "named"
    """The same, and a list of it must name something."""
    LISTED = "listed"
    """The mirror's own list promises it."""
    OPTIONAL = "optional"
    """404 and 410 are as good as 200."""
    ABSENT = "absent"
    """It cannot exist: only 404 and 410 are right."""
    ANYTHING = "anything"
    """The go command ignores the answer, but waits for it: only a hang counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to ask a mirror. `version` is None where the endpoint takes none."""

    endpoint: Endpoint
    form: Form
    module: str
    version: str | None = None
    expect: Expect = Expect.PRESENT

    def __str__(self) -> str:
        """Give ``path@version``, or the path alone."""
        return f"{self.module}@{self.version}" if self.version else self.module

    @property
    def must_exist(self) -> bool:
        """Whether 404 is not a right answer."""
        return self.expect in (Expect.PRESENT, Expect.NAMED, Expect.LISTED)


def latest(module: str) -> Question:
    """Ask which version is the latest: a mirror need not know."""
    return Question(endpoint=Endpoint.LATEST, form=Form.INFO, module=module, expect=Expect.OPTIONAL)


def about(canary: Canary, endpoint: Endpoint, form: Form) -> Question:
    """Ask for one resource of a canary that the mirror must have."""
    version = None if form is Form.LIST else canary.version
    return Question(endpoint=endpoint, form=form, module=canary.module, version=version)
