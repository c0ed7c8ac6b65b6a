"""Which texts can be names, labels and headers?"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Container, Iterable
from difflib import get_close_matches

from goproxy_exporter.model.cause import LAWS, Code
from goproxy_exporter.model.names import CheckName, Severity
from goproxy_exporter.wire.credentials import OURS_ALONE

LONGEST_NAME = 128

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SUM_BYTES = 32
_MOST_KNOWN = 20

OURS = OURS_ALONE | {"proxy-authorization", "user-agent"}
"""Headers that belong to the exchange itself, in lower case."""

ACCEPTABLE = tuple(code for code, law in LAWS.items() if law.severity is not Severity.DANGEROUS)
"""Codes that `accept` may name."""


def check_line(text: str) -> str:
    """Pass one line of text, which may be empty."""
    if _CONTROL.search(text):
        raise ValueError("has a control character")
    return text


def check_name(text: str) -> str:
    """Pass a name that can be a label value, a title, an argument on the command line."""
    if text == "" or text != text.strip():
        raise ValueError("{} is empty or has blanks around it")
    if len(text) > LONGEST_NAME:
        raise ValueError(f"{{}} is longer than {LONGEST_NAME} characters")
    if "://" in text:
        raise ValueError("{} would be taken for a URL on the command line")
    return check_line(text)


def check_label_name(text: str) -> str:
    """Pass a name of a Prometheus label that is not reserved."""
    if not _LABEL.fullmatch(text):
        raise ValueError("a label name has letters, digits and _, and does not start with a digit")
    if text.startswith("__"):
        raise ValueError("label names that start with __ belong to Prometheus")
    return text


def check_header_name(text: str, seen: Container[str]) -> None:
    """Refuse what is no field name (RFC 9110, section 5.1), or is the exchange's own, or is seen.

    The names that were seen are in lower case.
    """
    if not _TOKEN.fullmatch(text):
        raise ValueError("this is not the name of a header")
    if text.lower() in OURS:
        raise ValueError("this header belongs to the exchange and cannot be set")
    if text.lower() in seen:
        raise ValueError("is here twice; upper and lower case are the same in a header")


def check_path_text(text: str) -> str:
    """Pass what can be a path in a file system."""
    if text == "":
        raise ValueError("is empty")
    return check_line(text)


def check_sum(text: str) -> str:
    """Pass ``h1:`` with the base64 of a SHA-256 digest, as in go.sum."""
    try:
        digest = b64decode(text.removeprefix("h1:"), validate=True)
    except (Base64Error, ValueError):
        digest = b""
    if not text.startswith("h1:") or len(digest) != _SUM_BYTES:
        raise ValueError("{} is not h1: with 44 characters of base64, as in go.sum")
    return text


def check_check_name(text: str) -> str:
    """Pass the name of a check."""
    if text not in set(CheckName):
        raise ValueError(f"is no check; {suggest(text, CheckName)}")
    return text


def check_code(text: str) -> str:
    """Pass the code of a cause that may be accepted."""
    if text not in set(Code):
        raise ValueError(f"{{}} is no code of a cause; {suggest(text, ACCEPTABLE)}")
    if text not in ACCEPTABLE:
        raise ValueError("{} is dangerous and is never accepted")
    return text


def suggest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, or which there are."""
    words = sorted(known)
    close = get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    more = ", …" if len(words) > _MOST_KNOWN else ""
    return f"known: {', '.join(words[:_MOST_KNOWN]) or 'none'}{more}"
