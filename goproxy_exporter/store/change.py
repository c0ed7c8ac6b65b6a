"""What has one more result changed about a mirror?"""

from typing import NamedTuple

from goproxy_exporter.model.standing import Verdict


class Change(NamedTuple):
    """The verdict on a mirror as it was last given out, and as it is now."""

    old: Verdict
    new: Verdict

    @property
    def state_changed(self) -> bool:
        """Whether the state is another one: worth one line of log."""
        return self.old.state is not self.new.state
