"""In which form does a scraper want its metrics?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.exposition import choose_encoder

from goproxy_exporter.metrics.negotiate import OPENMETRICS, TEXT, TEXT_1, negotiate

IN_THE_FIELD = {
    # Prometheus 2.5 to 2.48
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1": OPENMETRICS,
    # Prometheus 3 with its default protocols
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;"
    "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2": OPENMETRICS,
    # Prometheus 3 told to use text
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,"
    "*/*;q=0.4": TEXT_1,
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.4": TEXT,
    "application/openmetrics-text": OPENMETRICS,
    "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5": TEXT,
    "*/*": TEXT,
    "": TEXT,
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": TEXT,
    "text/plain": TEXT,
}


@pytest.mark.parametrize(("accept", "expected"), IN_THE_FIELD.items())
def test_scrapers_of_the_field_get_what_they_ask_for(accept: str, expected: str) -> None:
    """The choice is the client library's; how names are escaped is moot here."""
    assert negotiate(accept, "").content_type == expected
    chosen = choose_encoder(accept)[1]
    assert chosen.split(";")[:2] == expected.split(";")[:2]


@pytest.mark.parametrize(
    ("header", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("GZIP;q=0.5", True),
        ("deflate", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("identity, *;q=0", False),
        ("", False),
    ],
)
def test_gzip_only_where_it_is_accepted(header: str, *, packed: bool) -> None:
    """A weight of zero is a refusal."""
    assert negotiate("", header).gzip is packed


@given(st.text(), st.text())
def test_no_header_makes_it_fail(accept: str, accept_encoding: str) -> None:
    """Garbage gets text."""
    form = negotiate(accept, accept_encoding)
    assert form.content_type in {TEXT, TEXT_1, OPENMETRICS}
