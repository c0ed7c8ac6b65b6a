"""How do the certificates of a mirror's hosts read on a terminal?"""

from datetime import UTC, datetime

from rich.console import RenderableType
from rich.text import Text

from goproxy_exporter.model.exchange import TlsFacts
from goproxy_exporter.model.result import Result
from goproxy_exporter.report.plain import printable
from goproxy_exporter.report.text_table import indented, table


def told_certificates(results: tuple[Result, ...], *, now: float) -> list[RenderableType]:
    """List the hosts that showed a certificate, each with the first one; nothing if none did.

    `now` is the moment, in Unix seconds, from which the days until their ends are counted.
    """
    seen = _seen(results)
    if not seen:
        return []
    rows = table("host", "TLS", "certificate", "verified", ">ends", "issuer")
    for host, tls in seen.items():
        leaf = tls.chain[0]
        trust = Text("yes", style="green")
        if not tls.verified:
            trust = Text(printable(tls.failure.detail) if tls.failure else "no", style="red")
        rows.add_row(
            Text(printable(host)),
            Text(" ".join(filter(None, (tls.version, tls.cipher, tls.alpn)))),
            Text(printable(f"{', '.join(leaf.names[:3]) or leaf.subject} ({leaf.key})")),
            trust,
            Text(_ends(tls.not_after, now=now)),
            Text(printable(leaf.issuer)),
        )
    return [indented(rows)]


def _seen(results: tuple[Result, ...]) -> dict[str, TlsFacts]:
    seen: dict[str, TlsFacts] = {}
    for result in results:
        for exchange in result.exchanges:
            for hop in exchange.hops:
                if hop.tls is not None and hop.tls.chain:
                    seen.setdefault(hop.host, hop.tls)
    return seen


def _ends(not_after: float | None, *, now: float) -> str:
    if not_after is None:
        return "-"
    day = datetime.fromtimestamp(not_after, UTC).strftime("%Y-%m-%d")
    days = (not_after - now) / 86400
    return f"{day} ({days:.0f} days)" if days >= 0 else f"{day} ({-days:.0f} days ago)"
