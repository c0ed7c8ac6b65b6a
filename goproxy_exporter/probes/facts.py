"""What is worth telling of answers, right or wrong?"""

from collections.abc import Iterable

from goproxy_exporter.diagnosis.evidence import of_tls
from goproxy_exporter.diagnosis.looks import Series, rule
from goproxy_exporter.diagnosis.speed import throughput
from goproxy_exporter.diagnosis.symptom import Symptom
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes.asking import Heard


def of_list(heard: Heard) -> dict[str, Fact]:
    """Count a version list, with everything in it that the go command drops."""
    listing = heard.listing
    if listing is None:
        return {}
    return {
        "list_versions": len(listing.versions),
        "list_highest": heard.highest,
        "list_dropped": listing.dropped,
        "list_pseudo": listing.pseudo,
        "list_duplicates": listing.duplicates,
        "list_nul": listing.nul,
        "list_crlf": listing.crlf,
        "list_columns": listing.columns,
    }


def of_info(heard: Heard, name: str) -> dict[str, Fact]:
    """Give version and time of an info; `name` is ``info`` or ``latest``."""
    try:
        info = parse_info(heard.data, None)
    except ProtocolError:
        return {}
    time = info.time.isoformat() if info.time else None
    return {f"{name}_version": info.version, f"{name}_time": time}


def of_zip(heard: Heard) -> dict[str, Fact]:
    """Measure an archive: bytes, hash, entries, and how fast it came."""
    exchange, archive = heard.look.exchange, heard.archive
    rate = throughput(exchange)
    facts: dict[str, Fact] = {
        "zip_bytes": exchange.size,
        "throughput_bytes_per_second": None if rate is None else round(rate),
    }
    if archive is not None:
        facts |= {
            "zip_h1": archive.h1,
            "zip_entries": archive.entries,
            "zip_uncompressed": archive.uncompressed,
            "zip_warnings": list(archive.warnings),
        }
    return facts


def status_of(exchange: Exchange) -> Fact:
    """Give the final status, or the kind of failure in its place."""
    if exchange.failure is None or exchange.status is not None:
        return exchange.status
    return str(exchange.failure.kind)


def of_connection(exchanges: Iterable[Exchange]) -> dict[str, Fact]:
    """Tell how the mirror was reached: protocol, address, certificate, and where it redirected."""
    asked = list(exchanges)
    if not asked:
        return {}
    first = asked[0].hops[0]
    targets = {hop.host for exchange in asked for hop in exchange.hops[1:]} - {first.host}
    facts: dict[str, Fact] = {
        "protocol": first.protocol,
        "address": first.address,
        "tls": of_tls(first.tls) if first.tls else None,
        "redirect_hosts": [*sorted(targets)] or None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def seen(series: Series, symptom: Symptom) -> Fact:
    """Say what was wrong at some look, where no cause is asserted from it."""
    return {"endpoint": str(series.question.endpoint), "seen": symptom.summary}


def unsteady(run: Iterable[Series]) -> list[Fact]:
    """Give what was wrong at some look, and is asserted by none: it went away, or time ran out."""
    return [
        seen(series, look.symptom)
        for series in run
        if rule(series.looks) is None
        for look in series.looks
        if look.symptom
    ]
