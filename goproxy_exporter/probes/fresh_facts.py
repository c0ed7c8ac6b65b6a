"""What is worth telling of the versions that are followed?"""

from collections.abc import Iterable

from goproxy_exporter.diagnosis.ledger import Ledger
from goproxy_exporter.diagnosis.slots import reached
from goproxy_exporter.diagnosis.throttle import stamp
from goproxy_exporter.model.freshness import Followed
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact

ENDPOINTS = (
    Endpoint.LIST,
    Endpoint.LATEST,
    Endpoint.INFO,
    Endpoint.ZIP,
    Endpoint.SUMDB_LOOKUP,
)
"""Where a version can be looked for."""


def of_versions(ledger: Ledger, followed: Iterable[Followed], now: float) -> dict[str, Fact]:
    """Give, by endpoint, how far the mirror is behind, and where each version was seen.

    ``slot_*`` names the newest age of which everything is visible; ``lag_seconds`` the age of the
    oldest version that is not. Nothing where no answer could be judged; no slot where nobody told
    when anything was published.
    """
    if not ledger.heard:
        return {}
    told: dict[str, Fact] = {}
    lags: dict[str, Fact] = {}
    for endpoint in ENDPOINTS:
        lag = ledger.lag(endpoint, now)
        if lag is not None:
            lags[str(endpoint)] = round(lag, 3)
        ages = ledger.ages(endpoint, now)
        if ages:
            told[f"slot_{endpoint}"] = reached(ages)
    versions: list[Fact] = [_version(ledger, one, now) for one in followed]
    return {**told, "lag_seconds": lags, "versions": versions}


def _version(ledger: Ledger, one: Followed, now: float) -> Fact:
    since = ledger.since(one.name)
    visible = ((endpoint, ledger.visible(one.name, endpoint)) for endpoint in ENDPOINTS)
    return {
        "version": str(one),
        "since": None if since is None else stamp(since),
        "published": one.published is not None,
        "age_seconds": None if since is None else round(now - since),
        "withdrawn": one.name in ledger.dismissed,
        "visible": {str(endpoint): seen for endpoint, seen in visible if seen is not None},
    }
