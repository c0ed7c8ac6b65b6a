"""Faults of a mirror's name."""

from goproxy_exporter.simulator.conduct import Conduct, Fault
from goproxy_exporter.simulator.dns import NameAnswer
from goproxy_exporter.simulator.dns_message import Rcode


def _name(name: str, meaning: str, expects: str | None, answer: NameAnswer) -> Fault:
    return Fault(name, meaning, expects, here=Conduct(name=answer))


DNS = (
    _name(
        "dns.nxdomain",
        "the name does not exist",
        "dns.nxdomain",
        NameAnswer(rcode=Rcode.NXDOMAIN),
    ),
    _name(
        "dns.nxdomain/no_address",
        "the name exists and has no address",
        "dns.nxdomain",
        NameAnswer(addresses=()),
    ),
    _name(
        "dns.timeout",
        "the nameserver never answers for this name",
        "dns.timeout",
        NameAnswer(silent=True),
    ),
    _name(
        "dns.failure",
        "the nameserver answers SERVFAIL",
        "dns.failure",
        NameAnswer(rcode=Rcode.SERVFAIL),
    ),
    _name(
        "dns.failure/refused",
        "the nameserver answers REFUSED",
        "dns.failure",
        NameAnswer(rcode=Rcode.REFUSED),
    ),
    _name(
        "dns.failure/not_implemented",
        "the nameserver answers NOTIMP",
        "dns.failure",
        NameAnswer(rcode=Rcode.NOTIMP),
    ),
    _name(
        "healthy/dns-tcp",
        "the nameserver cuts its answers over UDP: they are whole over TCP",
        None,
        NameAnswer(truncated=True),
    ),
    _name(
        "healthy/dns-alias",
        "the name is an alias (CNAME), as of a CDN",
        None,
        NameAnswer(alias="edge.cdn.sim.test"),
    ),
    _name(
        "healthy/dns-slow",
        "the nameserver takes 200 ms",
        None,
        NameAnswer(wait=0.2),
    ),
    _name(
        "transport.unreachable",
        "the name leads to an address that no route leads to (the loopback's broadcast address)",
        "transport.unreachable",
        NameAnswer(addresses=("127.255.255.255",)),
    ),
)
