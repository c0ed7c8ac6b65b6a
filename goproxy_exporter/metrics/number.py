"""How does the exposition format write a number?"""

from prometheus_client.utils import floatToGoString


def written(value: float) -> str:
    """Write a number as the client library does: ``1.0``, ``1.7954752e+09``, ``+Inf``."""
    text: str = floatToGoString(value)  # type: ignore[no-untyped-call] # the library has no types here
    return text
