"""How is a result kept from repeating our own secrets?"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from goproxy_exporter.model.result import Result
from goproxy_exporter.wire.veil import Veil

_PLAIN = frozenset(
    {"address", "attempts", "check", "endpoint", "host", "module", "phases", "protocol", "tls"}
)
"""Fields that hold nothing of what a peer said, or that are labels of metrics."""

T = TypeVar("T")


def discreet(result: Result) -> Result:
    """Blot the secrets of the check's mirror out wherever it said them back.

    Texts about an answer quote it: the version that it names, say.
    """
    veil = Veil(result.check.mirror.access)
    return _veiled(result, veil) if veil else result


def _veiled(value: T, veil: Veil) -> T:
    """Veil every text within a value of the model."""
    changed: Any = value
    match value:
        case str() if type(value) is str:
            changed = veil(value)
        case Mapping():
            changed = {_veiled(key, veil): _veiled(one, veil) for key, one in value.items()}
        case list():
            changed = [_veiled(one, veil) for one in value]
        case tuple():
            changed = tuple(_veiled(one, veil) for one in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            own = {field.name: getattr(value, field.name) for field in fields(value)}
            changed = replace(
                value,
                **{name: _veiled(own[name], veil) for name in own.keys() - _PLAIN},
            )
        case _:
            pass
    known: T = changed
    return known
