"""What does a plain YAML scalar mean? The core schema of YAML 1.2, section 10.3.2, and no more."""

import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    "": None,
    **dict.fromkeys(("~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_OCTAL = re.compile(r"0o[0-7]{1,20}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST = 40


def resolve(text: str) -> Scalar:
    """Give the value of an unquoted scalar: ``off``, ``no`` and ``1:30`` are text.

    Digits without end are left as text: no key of ours wants so large a number.
    """
    if text in _WORDS:
        return _WORDS[text]
    return text if len(text) > _LONGEST else _number(text)


def _number(text: str) -> Scalar:
    value: Scalar = text
    if _INT.fullmatch(text):
        value = int(text)
    elif _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        value = int(text[2:], 8 if text[1] == "o" else 16)
    elif _FLOAT.fullmatch(text):
        value = float(text)
    elif _SPECIAL.fullmatch(text):
        value = float(text.replace(".", ""))
    return value
