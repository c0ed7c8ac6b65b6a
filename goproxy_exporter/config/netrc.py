"""Which login does a netrc file hold for a URL?"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Login:
    """One line's worth of a netrc file."""

    machine: str
    username: str = ""
    password: str = field(default="", repr=False)


def find_login(text: str, address: str) -> Login | None:
    """Find the login for ``host[:port][/path]``: the longest machine that is a prefix of it.

    As cmd/go/internal/auth (parseNetrc, loadCredential): the earlier of two equal machines wins,
    `default` entries and macros are skipped, and all three words are needed.
    """
    logins: dict[str, Login] = {}
    for login in _logins(text):
        logins.setdefault(login.machine.removeprefix("https://").removesuffix("/"), login)
    prefix = address.removesuffix("/")
    while prefix not in logins and "/" in prefix:
        prefix = prefix.rpartition("/")[0]
    return logins.get(prefix)


def _logins(text: str) -> list[Login]:
    found: list[Login] = []
    words = {"machine": "", "login": "", "password": ""}
    in_macro = False
    for line in text.split("\n"):
        if in_macro:
            in_macro = line != ""
            continue
        fields = line.split()
        for key, value in zip(fields[::2], fields[1::2], strict=False):
            if key == "machine":
                words = {"machine": value, "login": "", "password": ""}
            elif key in words:
                words[key] = value
            in_macro = in_macro or key == "macdef"
            if all(words.values()):
                found.append(Login(*words.values()))
                words = dict.fromkeys(words, "")
    return found
