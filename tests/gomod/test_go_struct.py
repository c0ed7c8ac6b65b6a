"""Types of Go; more is in test_xmod_judge and test_vuln_judge."""

from datetime import UTC, datetime
from typing import Any

import pytest

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.go_json import decode
from goproxy_exporter.gomod.go_struct import Kind, OneOf, Pointer, Shape, Slice, read_struct

SHAPE: dict[str, Shape] = {
    "name": Kind.TEXT,
    "time": Kind.TIME,
    "inner": {"x": Kind.TEXT, "y": Kind.TEXT},
    "pointed": Pointer({"x": Kind.TEXT, "y": Kind.TEXT}),
    "many": Slice(Kind.TEXT),
    "one": OneOf(frozenset({"", "A"})),
}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{}", {}),
        ("null", {}),
        ('{"other":[1]}', {}),
        ('{"NAME":"a","name":"b"}', {"name": "b"}),
        ('{"name":"a","name":null}', {"name": "a"}),
        ('{"name":"\\ud800"}', {"name": "\ufffd"}),
        ('{"time":"2020-01-02T03:04:05Z"}', {"time": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)}),
        ('{"time":"0000-01-01T00:00:00Z"}', {"time": None}),
        ('{"inner":{"x":"1"},"inner":{"y":"2"}}', {"inner": {"x": "1", "y": "2"}}),
        ('{"inner":{"x":"1"},"inner":null}', {"inner": {"x": "1"}}),
        ('{"pointed":{"x":"1"},"pointed":{"y":"2"}}', {"pointed": {"x": "1", "y": "2"}}),
        ('{"pointed":{"x":"1"},"pointed":null}', {}),
        ('{"many":["a",null,"b"]}', {"many": ["a", "b"]}),
        ('{"many":["a"],"many":null}', {}),
        ('{"one":"A"}', {"one": "A"}),
    ],
)
def test_fields(body: str, fields: dict[str, Any]) -> None:
    """Names are found in any case, the last one wins, and null does what Go's types do."""
    assert read_struct(decode(body.encode()), SHAPE) == fields


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("[]", "JSON, but it is not an object"),
        ('"x"', "JSON, but it is not an object"),
        ('{"name":1}', "name is not a string"),
        ('{"name":["a"]}', "name is not a string"),
        ('{"name":1,"name":"a"}', "name is not a string"),
        ('{"time":"yesterday"}', "malformed time"),
        ('{"time":0}', "time is not a string"),
        ('{"inner":[]}', "inner is not an object"),
        ('{"inner":{"x":true}}', r"inner\.x is not a string"),
        ('{"pointed":"x"}', "pointed is not an object"),
        ('{"many":"a"}', "many is not an array"),
        ('{"many":{}}', "many is not an array"),
        ('{"many":[["a"]]}', r"many\[\] is not a string"),
        ('{"one":"B"}', "one is 'B', which is unknown"),
    ],
)
def test_types(body: str, why: str) -> None:
    """A value of another type is refused, and the field is named."""
    with pytest.raises(ProtocolError, match=why):
        read_struct(decode(body.encode()), SHAPE)
