"""Which kinds of values do configuration keys take?"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

from goproxy_exporter.config.gosumdb import check_gosumdb
from goproxy_exporter.config.hosts import check_nameserver, check_target
from goproxy_exporter.config.patterns import check_pattern, check_patterns
from goproxy_exporter.config.units import (
    DURATION_PATTERN,
    SIZE_PATTERN,
    parse_duration,
    parse_size,
)
from goproxy_exporter.config.urls import check_forward_proxy, check_plain_url, check_url
from goproxy_exporter.config.words import (
    ACCEPTABLE,
    LONGEST_NAME,
    check_check_name,
    check_code,
    check_label_name,
    check_line,
    check_name,
    check_path_text,
    check_sum,
)
from goproxy_exporter.gomod.path import check_path
from goproxy_exporter.model.names import CheckName

T = TypeVar("T")


class Section(BaseModel):
    """A mapping of the configuration: unknown keys are refused, nothing is converted silently."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    def __repr__(self) -> str:
        """Name the keys that are there: any value may be a secret, or hold one."""
        return f"{type(self).__name__}({', '.join(sorted(self.model_fields_set))})"

    __str__ = __repr__


def shown(default: object) -> FieldInfo:
    """Tell the JSON Schema, and the reference made from it, what an absent key means."""
    info: FieldInfo = Field(json_schema_extra={"default": default})  # type: ignore[dict-item] # a JSON value it is
    return info


def _of_text(parse: Callable[[str], T], what: str) -> Callable[[object], T]:
    """Make a validator that refuses bare numbers: they have no unit."""

    def validate(value: object) -> T:
        if isinstance(value, str):
            return parse(value)
        need = "needs a unit," if type(value) in {int, float} else "must be text"
        raise ValueError(f"{need} such as {what}")

    return validate


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise ValueError("must be at least 0")
        return value
    return _of_text(parse_size, "500MB")(value)


def _family(value: object) -> str:
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or text not in {"auto", "4", "6"}:
        raise ValueError("{} is not auto, 4 or 6")
    return text


def _off(text: str) -> str:
    if text != "off":
        raise ValueError('must be a mapping with a module, or "off"')
    return text


def _index(text: str) -> str:
    if text != "index":
        raise ValueError('must be a list, or "index"')
    return text


def _url_or_off(text: str) -> str:
    return text if text == "off" else check_plain_url(text)


def _reference(text: str) -> str:
    return check_plain_url(text) if "://" in text else check_name(text)


def _module(text: str) -> str:
    check_path(text)
    return text


Duration = Annotated[
    float,
    BeforeValidator(_of_text(parse_duration, "30s")),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN}),
]
"""Seconds."""
Size = Annotated[
    int,
    BeforeValidator(_size),
    WithJsonSchema({"type": ["string", "integer"], "pattern": SIZE_PATTERN, "minimum": 0}),
]
"""Bytes."""
Name = Annotated[
    str, AfterValidator(check_name), Field(json_schema_extra={"maxLength": LONGEST_NAME})
]
Line = Annotated[str, AfterValidator(check_line)]
LabelName = Annotated[str, AfterValidator(check_label_name)]
FileName = Annotated[str, AfterValidator(check_path_text)]
SecretText = str
"""Resolved later: it may be ``file:…``, and it is never quoted in a message."""
MirrorUrl = Annotated[str, AfterValidator(check_url)]
PlainUrl = Annotated[str, AfterValidator(check_plain_url)]
UrlOrOff = Annotated[str, AfterValidator(_url_or_off)]
ForwardProxy = Annotated[str, AfterValidator(check_forward_proxy)]
ReferenceName = Annotated[str, AfterValidator(_reference)]
Nameserver = Annotated[str, AfterValidator(check_nameserver)]
Target = Annotated[str, AfterValidator(check_target)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
Patterns = Annotated[str, AfterValidator(check_patterns)]
Gosumdb = Annotated[str, AfterValidator(check_gosumdb)]
ModulePath = Annotated[str, AfterValidator(_module)]
Sum = Annotated[str, AfterValidator(check_sum)]
AcceptedCode = Annotated[
    str,
    AfterValidator(check_code),
    WithJsonSchema({"type": "string", "enum": [code.value for code in ACCEPTABLE]}),
]
CheckKey = Annotated[
    str,
    AfterValidator(check_check_name),
    WithJsonSchema({"type": "string", "enum": [name.value for name in CheckName]}),
]
IpFamily = Annotated[
    str,
    BeforeValidator(_family),
    WithJsonSchema({"enum": ["auto", 4, 6]}),
]

TEXT, MAPPING, LIST = "<text>", "<mapping>", "<list>"
"""Tags that tell the shapes of a value apart; a reader never sees them."""

Off = Annotated[
    str, AfterValidator(_off), WithJsonSchema({"type": "string", "const": "off"}), Tag(TEXT)
]
Index = Annotated[
    str, AfterValidator(_index), WithJsonSchema({"type": "string", "const": "index"}), Tag(TEXT)
]


def by_shape(expected: str) -> Discriminator:
    """Choose a member of a union by whether the value is a text, a mapping or a list."""
    return Discriminator(
        _shape, custom_error_type="shape", custom_error_message=f"must be {expected}"
    )


def _shape(value: Any) -> str:
    if isinstance(value, str):
        return TEXT
    return LIST if isinstance(value, list) else MAPPING
