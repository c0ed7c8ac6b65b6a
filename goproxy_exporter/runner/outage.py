"""When was this machine last found to be without a network?"""

from math import inf


class Outage:
    """The last moment, in Unix seconds, at which some run found that nothing answers.

    A run that began before it, and ended after the network came back, saw the same outage.
    """

    def __init__(self) -> None:
        self._at = -inf

    def note(self, moment: float) -> None:
        """Remember that nothing answered just now."""
        self._at = max(self._at, moment)

    def since(self, moment: float) -> bool:
        """Tell whether there was an outage at this moment or later."""
        return self._at >= moment
