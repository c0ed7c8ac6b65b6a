"""The journal forgets what is old and never learns what is secret."""

from goproxy_exporter.simulator.http1 import Asked
from goproxy_exporter.simulator.journal import Entry, Journal, hidden_headers, hidden_path


def test_it_stays_bounded() -> None:
    """However long a world runs."""
    journal = Journal()
    for number in range(25_000):
        journal.add(
            Entry(
                mirror="goproxy",
                method="GET",
                path=f"/{number}",
                headers={},
                protocol="HTTP/2",
                host="",
                address="",
                at=0.0,
                status=200,
            )
        )
    assert len(journal.entries) <= 10_000
    assert journal.entries[-1].path == "/24999"


def test_secrets_are_hidden() -> None:
    """Credentials, cookies and the values of queries."""
    headers = {"authorization": "Bearer abc", "cookie": "s=abc", "accept": "x"}
    asked = Asked(method="GET", target="/", host="", headers=headers, protocol="HTTP/1.1")
    shown = hidden_headers(asked)
    assert shown["accept"] == "x"
    assert shown["authorization"] == "Bearer *"
    assert "abc" not in str(shown)
    assert hidden_path("/a?Signature=abc&x=&hop=1") == "/a?Signature=*&x=*&hop=*"
    assert hidden_path("/a") == "/a"
