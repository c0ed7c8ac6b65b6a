from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.config.netrc import Login, find_login

FILE = """\
machine a.example login one password first
machine a.example login two password second
macdef init
machine macro.example login m password m

machine b.example
    login three
    password third
machine c.example:8443/go login four password fourth account x
machine c.example:8443 login five password fifth
machine nologin.example password p
default login d password d
"""


def test_logins_are_found_as_the_go_command_finds_them() -> None:
    """First of equal machines, longest prefix of host and path, no macros, no default."""
    assert find_login(FILE, "a.example/go") == Login("a.example", "one", "first")
    assert find_login(FILE, "b.example") == Login("b.example", "three", "third")
    assert find_login(FILE, "c.example:8443/go/x/") == Login("c.example:8443/go", "four", "fourth")
    assert find_login(FILE, "c.example:8443/other") == Login("c.example:8443", "five", "fifth")
    for address in ("c.example", "macro.example", "nologin.example", "other.example", ""):
        assert find_login(FILE, address) is None


def test_a_login_does_not_print_its_password() -> None:
    """It may end up in a traceback."""
    assert "first" not in repr(find_login(FILE, "a.example"))


@given(st.text(), st.text())
def test_any_file_gives_a_login_or_none(text: str, address: str) -> None:
    """The file is a person's own: whatever is in it."""
    assert find_login(text, address) is None or text
