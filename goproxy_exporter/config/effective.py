"""How does the configuration read once everything in it is decided?"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from goproxy_exporter.config.beats import OF_MIRRORS
from goproxy_exporter.config.settings import Settings, VulnerabilityDatabase
from goproxy_exporter.config.units import format_duration, format_size
from goproxy_exporter.model.chain import Chain
from goproxy_exporter.model.mirror import (
    Access,
    Canaries,
    Canary,
    Check,
    Credentials,
    Mirror,
    Thresholds,
)
from goproxy_exporter.model.names import Kind

SECRET = "<secret>"  # noqa: S105 - what stands for one


def effective(settings: Settings) -> str:
    """Write settings as a configuration file in YAML, every default spelt out, secrets hidden.

    Where there are no secrets, loading the text gives a text that is the same.
    """
    checks: dict[str, list[Check]] = {}
    for check in settings.checks:
        if check.mirror.kind is Kind.MODULES:
            checks.setdefault(check.mirror.name, []).append(check)
    text = {
        **_general(settings),
        "mirrors": [_mirror(each, checks.get(each.name, ())) for each in settings.mirrors],
        "chains": [_chain(chain) for chain in settings.chains],
        "vulnerability_databases": [_database(each) for each in settings.vulnerability_databases],
    }
    return yaml.dump(
        text, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False
    )


class _Dumper(yaml.SafeDumper):
    """Writes out what is the same in two places, twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Never use an alias."""
        return True


def _general(settings: Settings) -> dict[str, Any]:
    access = settings.terms.access
    return _present(
        vantage=settings.vantage,
        state_dir=settings.state_dir,
        defaults=_present(
            interval=_duration(settings.terms.interval),
            timeout=_duration(settings.terms.timeout),
            concurrency=settings.concurrency,
        ),
        thresholds=_thresholds(settings.terms.thresholds),
        tls=_present(ca_file=next(iter(access.ca_files), None)) or None,
        forward_proxy=_forward_proxy(access),
        nameservers=list(settings.nameservers),
        control_targets=[_target(*target) for target in settings.control_targets],
        canaries=_canaries(settings.terms.canaries),
        checksum_database=settings.checksum_database or "off",
        module_index=settings.module_index or "off",
        reference=settings.reference or "off",
    )


def _mirror(mirror: Mirror, checks: Iterable[Check]) -> dict[str, Any]:
    access = mirror.access
    certificate = access.client_cert
    return _present(
        name=mirror.name,
        url=mirror.url,
        auth=_auth(access.credentials),
        client_cert=certificate
        and {"cert_file": certificate.cert_file, "key_file": certificate.key_file},
        ca_file=access.ca_files[-1] if access.ca_files else None,
        headers=dict.fromkeys((name for name, _ in access.headers), SECRET) or None,
        forward_proxy=_forward_proxy(access),
        ip_family=access.ip_family or "auto",
        edges=mirror.edges,
        accept=sorted(mirror.accept),
        canaries=_canaries(mirror.canaries),
        thresholds=_thresholds(mirror.thresholds),
        private_patterns=list(mirror.private_patterns),
        labels=dict(mirror.labels),
        require_http2=mirror.require_http2,
        budget={
            "requests_per_hour": mirror.budget.requests_per_hour,
            "bytes_per_hour": format_size(mirror.budget.bytes_per_hour),
        },
        checks=_checks({check.name: check for check in checks}),
    )


def _checks(checks: Mapping[str, Check]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in OF_MIRRORS:
        if name in checks:
            found[name.value] = {
                "interval": _duration(checks[name].interval),
                "timeout": _duration(checks[name].timeout),
            }
        else:
            found[name.value] = {"enabled": False}
    return found


def _canaries(canaries: Canaries) -> dict[str, Any]:
    fresh = "index" if canaries.fresh_from_index else [_canary(each) for each in canaries.fresh]
    return {
        "stable": [_canary(each) for each in canaries.stable],
        "uppercase": _canary_or_off(canaries.uppercase),
        "incompatible": _canary_or_off(canaries.incompatible),
        "untagged": _canary_or_off(canaries.untagged),
        "large": _canary_or_off(canaries.large),
        "missing": _canary(canaries.missing),
        "fresh": fresh,
    }


def _canary_or_off(canary: Canary | None) -> dict[str, Any] | str:
    return "off" if canary is None else _canary(canary)


def _canary(canary: Canary) -> dict[str, Any]:
    sums = _present(mod=canary.mod_sum, zip=canary.zip_sum)
    return _present(module=canary.module, version=canary.version, sums=sums or None)


def _thresholds(thresholds: Thresholds) -> dict[str, Any]:
    return {
        "tls_warning": _duration(thresholds.tls_warning),
        "first_byte": _duration(thresholds.first_byte),
        "throughput": format_size(round(thresholds.throughput)),
        "stall_after": _duration(thresholds.stall_after),
        "list_lag": _duration(thresholds.list_lag),
        "sumdb_head_age": _duration(thresholds.sumdb_head_age),
    }


def _auth(credentials: Credentials | None) -> dict[str, Any] | None:
    if credentials is None:
        return None
    if credentials.token is not None:
        return {"bearer": SECRET}
    return {"basic": {"username": credentials.username, "password": SECRET}}


def _forward_proxy(access: Access) -> str | None:
    login = access.forward_proxy_credentials
    if not access.forward_proxy or login is None:
        return "off" if access.forward_proxy == "" else access.forward_proxy
    scheme, _, rest = access.forward_proxy.partition("://")
    return f"{scheme}://{SECRET}@{rest}"


def _chain(chain: Chain) -> dict[str, Any]:
    return _present(
        name=chain.name,
        goproxy=chain.goproxy,
        gonoproxy=chain.gonoproxy or None,
        gonosumdb=chain.gonosumdb or None,
        gosumdb=chain.gosumdb or "off",
    )


def _database(database: VulnerabilityDatabase) -> dict[str, Any]:
    return _present(name=database.name, url=database.url, reference=database.reference)


def _target(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else format_duration(seconds)


def _present(**keys: Any) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value is not None}
