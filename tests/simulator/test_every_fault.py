"""Every fault does on the wire what its meaning says, seen by a client that knows nothing of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.faults.freshness import FRESHNESS
from goproxy_exporter.simulator.faults.index import INDEX
from goproxy_exporter.simulator.faults.log import LOG
from goproxy_exporter.simulator.faults.sumdb import PROXYING
from goproxy_exporter.simulator.faults.vulndb import VULNDB
from goproxy_exporter.simulator.world import World

Ask = Callable[..., Awaitable[Any]]
Resolve = Callable[..., Awaitable[str]]

# What is asked (see conftest.PATHS; `dns` is the name), and what is seen (see Seen.short).
Seen = dict[str, str]
HONEST = {"list": "200 honest", "info": "200 honest", "mod": "200 honest", "zip": "200 honest"}
MISSING = {"missing": "404 text", "prefix": "404 text"}
HEALTHY = {"list": "200 honest", "zip": "200 honest", "missing": "404 text"}
CDN, SELF, PLAIN = "goproxy-cdn.sim.test", "goproxy.sim.test", "plain.sim.test"
SOON = 0.3
"""Seconds after which what never comes is given up, where nothing comes before it."""
QUIET: dict[str, dict[str, float]] = {
    "silence": {"patience": SOON},
    "no connection": {"connecting": SOON},
    "200 then silence": {"patience": 2.0},
}
NO_ISSUER = "certificate: unable to get local issuer certificate"
EXPIRED, EARLY = (
    "certificate: certificate has expired",
    "certificate: certificate is not yet valid",
)
OTHER_NAME = f"certificate: Hostname mismatch, certificate is not valid for '{SELF}'."


def everything(seen: str) -> Seen:
    return dict.fromkeys(("list", "zip", "missing"), seen)


def published(seen: str) -> Seen:
    return dict.fromkeys(("list", "info", "mod", "zip"), seen) | MISSING


def only(**seen: str) -> Seen:
    other = next(what for what in ("info", "list", "zip") if what not in seen)
    return {other: "200 honest", "missing": "404 text"} | seen


def capital(seen: str, **more: str) -> Seen:
    special = dict.fromkeys(("capital_list", "capital_info", "capital_!"), seen)
    return only() | special | {"plus_info": "200 honest"} | more


def plus(seen: str, **more: str) -> Seen:
    special = dict.fromkeys(("plus_info", "plus_%2B"), seen)
    return only() | special | {"plus_list": "200 honest", "capital_info": "200 honest"} | more


def toolchain(listed: str, info: str) -> Seen:
    return only() | {"toolchain_list": listed, "toolchain_info": info}


SEEN: dict[str, Seen] = {
    "dns.nxdomain": {"dns": "NXDOMAIN"},
    "dns.nxdomain/no_address": {"dns": "NOERROR"},
    "dns.timeout": {"dns": "silence"},
    "dns.failure": {"dns": "SERVFAIL"},
    "dns.failure/refused": {"dns": "REFUSED"},
    "dns.failure/not_implemented": {"dns": "NOTIMP"},
    "healthy/dns-tcp": {"dns": "cut"},
    "healthy/dns-alias": {"dns": "NOERROR alias 127.0.0.1 127.0.0.2"},
    "healthy/dns-slow": {"dns": "NOERROR 127.0.0.1 127.0.0.2"},
    "transport.unreachable": {"dns": "NOERROR 127.255.255.255"},
    "transport.refused": {"list": "refused"},
    "transport.plaintext": HEALTHY,
    "transport.reset": {"list": "reset"},
    "transport.reset/accept_close": {"list": "reset"},
    "transport.reset/hello": {"list": "reset"},
    "transport.reset/hello_close": {"list": "reset"},
    "transport.reset/request": everything("reset"),
    "transport.reset/request_close": everything("eof"),
    "transport.reset/head": everything("reset"),
    "transport.reset/body": only(zip="200 then reset", large=f"302 to {CDN}"),
    "transport.reset/body_http1": only(zip="200 then reset"),
    "transport.reset/chunked_cut": only(zip="200 then eof"),
    "transport.timeout": {"list": "silence", "zip": "silence"},
    "transport.timeout/connect": {"list": "no connection"},
    "transport.timeout/accept": {"list": "no connection"},
    "transport.timeout/hello": {"list": "no connection"},
    "transport.timeout/missing": HONEST | {"missing": "silence", "prefix": "silence"},
    "transport.timeout/prefix": only(prefix="silence"),
    "transport.timeout/list": {"list": "silence", "info": "200 honest"},
    "transport.timeout/body": only(zip="200 then silence"),
    "transport.h2_stream_error": everything("stream 2"),
    "transport.h2_stream_error/http_1_1_required": everything("stream 13"),
    "transport.h2_stream_error/protocol_error": everything("stream 1"),
    "transport.h2_stream_error/refused_stream": everything("stream 7"),
    "transport.h2_stream_error/goaway": everything("goaway 0 after 0"),
    "transport.h2_stream_error/body": only(zip="200 then stream 2"),
    "transport.h2_stream_error/body_cancel": only(zip="200 then stream 8"),
    "transport.h2_stream_error/body_goaway": only(zip="200 then goaway 2 after 1"),
    "transport.h2_stream_error/endless_head": {"list": "nonsense"},
    "fact/h2-refused-once": {"list": "stream 7", "list again": "200 honest"},
    "fact/h2-goaway-once": only(**{"info": "goaway 0 after 0", "info again": "200 honest"}),
    "http2.unavailable": HEALTHY,
    "http2.unavailable/no_alpn": HEALTHY,
    "tls.expired": {"list": EXPIRED},
    "tls.expired/issuer": {"list": EXPIRED},
    "tls.not_yet_valid": {"list": EARLY},
    "tls.not_yet_valid/issuer": {"list": EARLY},
    "tls.wrong_host": {"list": OTHER_NAME},
    "tls.wrong_host/no_san": {"list": OTHER_NAME},
    "tls.wrong_host/wildcard": {"list": OTHER_NAME},
    "tls.untrusted": {"list": NO_ISSUER},
    "tls.untrusted/self_signed": {"list": "certificate: self-signed certificate"},
    "tls.untrusted/missing_intermediate": {"list": NO_ISSUER},
    "tls.untrusted/sha1_signature": {"list": "certificate: CA signature digest algorithm too weak"},
    "tls.untrusted/wrong_key_usage": {"list": "certificate: unsuitable certificate purpose"},
    "tls.untrusted/not_a_ca": {"list": "certificate: invalid CA certificate"},
    "tls.handshake": {"list": "tls: SSLV3_ALERT_HANDSHAKE_FAILURE"},
    "tls.handshake/protocol_too_old": {"list": "tls: TLSV1_ALERT_PROTOCOL_VERSION"},
    "tls.handshake/no_common_cipher": {"list": "tls: SSLV3_ALERT_HANDSHAKE_FAILURE"},
    "tls.handshake/weak_key": {"list": "certificate: EE certificate key too weak"},
    "tls.handshake/plain_http": {"list": "tls: WRONG_VERSION_NUMBER"},
    "tls.handshake/garbage": {"list": "tls: WRONG_VERSION_NUMBER"},
    "tls.expiring": HEALTHY,
    "tls.expiring/issuer": HEALTHY,
    "healthy/tls12": HEALTHY,
    "healthy/tls13": HEALTHY,
    "healthy/tls-rsa": HEALTHY,
    "healthy/tls-wildcard": HEALTHY,
    "redirect.insecure_downgrade": only(zip=f"302 to {PLAIN}"),
    "redirect.insecure_downgrade/everything": published(f"302 to {PLAIN}"),
    "redirect.loop": everything(f"302 to {SELF}"),
    "redirect.loop/two_hosts": everything(f"302 to {CDN}"),
    "redirect.loop/ten": everything("307 to itself"),
    "redirect.target_denied": only(zip=f"302 to {CDN}"),
    "redirect.target_denied/large": only(large=f"302 to {CDN}"),
    "redirect.target_denied/expired_link": only(zip=f"302 to {CDN}"),
    "redirect.target_denied/401": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable/servfail": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable/refused": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable/reset": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable/tls_expired": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable/tls_untrusted": only(zip=f"302 to {CDN}"),
    "redirect.target_unreachable/tls_wrong_host": only(zip=f"302 to {CDN}"),
    "healthy/redirects-9": everything("307 to itself"),
    "healthy/redirect-files": only(info=f"301 to {CDN}", mod=f"301 to {CDN}", zip=f"301 to {CDN}"),
    "healthy/redirect-308": only(zip=f"308 to {CDN}"),
    "http.5xx": everything("500 text"),
    "http.5xx/502": everything("502 markup"),
    "http.5xx/503": everything("503 text"),
    "http.5xx/504": everything("504 markup"),
    "http.5xx/522": everything("522 markup"),
    "http.5xx/list": {"list": "502 markup", "info": "200 honest"},
    "http.5xx/info": only(info="502 markup"),
    "http.5xx/mod": only(mod="502 markup"),
    "http.5xx/zip": only(zip="502 markup", large="502 markup"),
    "http.5xx/target": only(zip=f"302 to {CDN}"),
    "http.5xx_intermittent": {
        "list": "502 markup",
        "list again": "200 honest",
        "list third": "200 honest",
        "list fourth": "502 markup",
    },
    "http.5xx_intermittent/quarter": HONEST
    | {"zip": "503 text", "missing": "404 text", "zip again": "200 honest"},
    "http.5xx_intermittent/twice": {
        "zip": "504 markup",
        "zip again": "504 markup",
        "zip third": "200 honest",
    },
    "http.5xx_intermittent/list": {
        "list": "500 text",
        "list again": "200 honest",
        "info": "200 honest",
    },
    "http.429": everything("429 text"),
    "http.429/no_header": everything("429 text"),
    "http.429/date": everything("429 text"),
    "http.429/past_date": everything("429 text"),
    "http.429/zero": everything("429 text"),
    "http.429/day": everything("429 text"),
    "http.429/negative": everything("429 text"),
    "http.429/garbage": everything("429 text"),
    "http.429/403": everything("403 text"),
    "http.429/478": everything("478 text"),
    "http.429/503": everything("503 text"),
    "http.429/403_exhausted": everything("403 text"),
    "http.429/503_exhausted": everything("503 text"),
    "http.429/zip": only(zip="429 text"),
    "http.429/h2_calm": everything("stream 11"),
    "http.429/h2_calm_goaway": everything("goaway 11 after 0"),
    "http.401_credentials": everything("401 text"),
    "http.401_credentials/no_challenge": everything("401 text"),
    "http.401_credentials/html": everything("401 markup"),
    "http.403_policy": everything("403 text"),
    "http.403_policy/html": everything("403 markup"),
    "http.403_policy/451": everything("451 text"),
    "http.unexpected_status": everything("418 markup"),
    "http.unexpected_status/201": everything("201 text"),
    "http.unexpected_status/202": everything("202 text"),
    "http.unexpected_status/204": everything("204 empty"),
    "http.unexpected_status/206": {"info": "206 text", "zip": "206 text"},
    "http.unexpected_status/300": everything("300 text"),
    "http.unexpected_status/301": everything("301 empty"),
    "http.unexpected_status/302": everything("302 to itself"),
    "http.unexpected_status/304": everything("304 empty"),
    "http.unexpected_status/400": everything("400 text"),
    "http.unexpected_status/405": everything("405 text"),
    "http.unexpected_status/409": everything("409 text"),
    "http.unexpected_status/478": everything("478 markup"),
    "http.unexpected_status/garbage": everything("nonsense"),
    "http.unexpected_status/endless_head": {"list": "nonsense"},
    "semantics.soft200": everything("200 markup"),
    "semantics.soft200/login_redirect": everything("302 to login.sim.test"),
    "semantics.soft200/list": {"list": "200 markup", "info": "200 honest"},
    "semantics.soft200/zip": only(zip="200 markup"),
    "semantics.soft200/mod": only(mod="200 markup"),
    "semantics.soft200/missing": HONEST | {"missing": "200 markup", "prefix": "200 markup"},
    "semantics.soft200/not_found_text": everything("200 text"),
    "semantics.soft200/empty": only(info="200 empty", mod="200 empty", zip="200 empty"),
    "semantics.soft200/empty_info": only(info="200 empty"),
    "semantics.soft200/empty_mod": only(mod="200 empty"),
    "semantics.soft200/empty_zip": only(zip="200 empty"),
    "semantics.masked_upstream_failure": published("404 text"),
    "semantics.masked_upstream_failure/timeout": published("404 text"),
    "semantics.masked_upstream_failure/git": published("404 text"),
    "semantics.masked_upstream_failure/410": published("410 text"),
    "semantics.masked_upstream_failure/zip": only(zip="404 text"),
    "semantics.masked_upstream_failure/list": only(list="404 text"),
    "semantics.notfound_is_error": only(missing="500 text"),
    "semantics.notfound_is_error/403": only(missing="403 text"),
    "semantics.notfound_is_error/400": only(missing="400 text"),
    "semantics.notfound_is_error/502": only(missing="502 markup"),
    "semantics.notfound_is_error/everywhere": only(missing="500 text", prefix="500 text"),
    "semantics.cold_miss_404": {
        "zip": "404 text",
        "zip again": "200 honest",
        "zip third": "404 text",
        "list": "404 text",
    },
    "semantics.cold_miss_404/zip": only(**{"zip": "404 text", "zip again": "200 honest"}),
    "semantics.cold_miss_404/once": {
        "list": "404 text",
        "list again": "200 honest",
        "list third": "200 honest",
    },
    "module.missing": published("404 text") | {"large": f"302 to {CDN}"},
    "module.missing/410": published("410 text"),
    "module.missing/empty_body": published("404 empty"),
    "module.missing/zip": only(zip="404 text"),
    "integrity.list_invalid": only(list="200 text"),
    "integrity.list_invalid/wrong_major": only(list="200 text"),
    "integrity.list_invalid/metadata": only(list="200 text"),
    "integrity.list_invalid/short": only(list="200 text"),
    "integrity.list_invalid/endless": only(list="200 then endless"),
    "integrity.info_mismatch": only(info="200 text"),
    "integrity.info_mismatch/trailing_junk": only(info="200 text"),
    "integrity.info_mismatch/bad_time": only(info="200 text"),
    "integrity.info_mismatch/lower_case_time": only(info="200 text"),
    "integrity.info_mismatch/empty_time": only(info="200 text"),
    "integrity.info_mismatch/bom": only(info="200 bytes"),
    "integrity.info_mismatch/no_version": only(info="200 text"),
    "integrity.info_mismatch/null": only(info="200 text"),
    "integrity.info_mismatch/array": only(info="200 text"),
    "integrity.info_mismatch/cut": only(info="200 text"),
    "integrity.zip_truncated": only(zip="200 then short"),
    "integrity.zip_truncated/last_byte": only(zip="200 then short"),
    "integrity.zip_truncated/nothing": only(zip="200 then short"),
    "integrity.zip_truncated/http1": only(zip="200 then eof"),
    "integrity.zip_truncated/drop_http1": only(zip="200 then eof"),
    "integrity.zip_truncated/target": only(zip=f"302 to {CDN}"),
    "integrity.zip_invalid": only(zip="200 bytes", large="200 bytes"),
    "integrity.zip_invalid/cut": only(zip="200 bytes"),
    "integrity.zip_invalid/wrong_prefix": only(zip="200 bytes"),
    "integrity.zip_invalid/no_prefix": only(zip="200 bytes"),
    "integrity.zip_invalid/bad_crc": only(zip="200 bytes"),
    "integrity.zip_invalid/device_name": only(zip="200 bytes"),
    "integrity.zip_invalid/dot_dot": only(zip="200 bytes"),
    "integrity.zip_invalid/case_collision": only(zip="200 bytes"),
    "integrity.zip_invalid/upper_go_mod": only(zip="200 bytes"),
    "integrity.zip_invalid/huge_go_mod": only(zip="200 bytes"),
    "integrity.zip_invalid/over_limit": only(zip="200 bytes"),
    "integrity.zip_invalid/understated": only(zip="200 bytes"),
    "integrity.content_encoding": only(missing="404 text"),
    "integrity.content_encoding/mod": HEALTHY,
    "integrity.content_encoding/zip": HEALTHY,
    "integrity.content_encoding/double_zip": only(zip="200 gzip"),
    "integrity.content_encoding/double_mod": only(mod="200 gzip"),
    "integrity.content_encoding/unlabelled_zip": only(zip="200 gzip"),
    "integrity.content_encoding/unlabelled_mod": only(mod="200 gzip"),
    "integrity.content_encoding/cut": only(mod="200 gzip"),
    "integrity.content_encoding/bad_crc": only(mod="200 gzip"),
    "integrity.content_encoding/deflate": only(zip="200 bytes"),
    "integrity.zip_hash_mismatch": only(zip="200 bytes", large=f"302 to {CDN}"),
    "integrity.zip_hash_mismatch/one": only(zip="200 honest", mod="200 honest"),
    "integrity.zip_hash_mismatch/large": only(zip="200 honest", large=f"302 to {CDN}"),
    "integrity.zip_hash_mismatch/target": only(zip=f"302 to {CDN}"),
    "integrity.mod_hash_mismatch": only(mod="200 text", zip="200 honest"),
    "integrity.mod_hash_mismatch/one": only(mod="200 honest", zip="200 honest"),
    "integrity.mod_hash_mismatch/requires": only(mod="200 text", zip="200 honest"),
    "module.missing/uppercase": capital("404 text"),
    "module.missing/incompatible": {"list": "200 honest"}
    | dict.fromkeys(("plus_list", "plus_info", "plus_%2B"), "404 text"),
    "encoding.case": capital("404 markup"),
    "encoding.case/zip": only(capital_info="200 honest", capital_zip="404 markup"),
    "encoding.case/files": capital("404 markup", capital_list="200 honest"),
    "encoding.case/percent": capital("404 markup", **{"capital_!": "200 honest"}),
    "encoding.case/lower_case": capital(f"301 to {SELF}"),
    "encoding.case/400": capital("400 text"),
    "encoding.case/403": capital("403 text"),
    "encoding.case/500": capital("500 markup"),
    "encoding.case/soft200": capital("200 markup"),
    "encoding.case/reset": capital("reset"),
    "encoding.case/silent": capital("silence"),
    "encoding.plus": plus("404 markup"),
    "encoding.plus/space": plus("404 text", **{"plus_%2B": "200 honest"}),
    "encoding.plus/400": plus("400 text"),
    "encoding.plus/403": plus("403 text"),
    "encoding.plus/500": plus("500 markup"),
    "encoding.plus/soft200": plus("200 markup"),
    "encoding.plus/target": dict.fromkeys(("plus_info", "capital_info", "info"), f"302 to {CDN}")
    | {"plus_list": "200 honest"},
    "toolchain.unavailable": toolchain("403 text", "403 text"),
    "toolchain.unavailable/404": toolchain("404 text", "404 text"),
    "toolchain.unavailable/empty_list": toolchain("200 empty", "200 honest"),
    "toolchain.unavailable/list": toolchain("404 text", "200 honest"),
    "toolchain.unavailable/files": toolchain("200 honest", "404 text"),
    "toolchain.unavailable/502": toolchain("502 markup", "502 markup"),
    "toolchain.unavailable/soft200": toolchain("200 markup", "200 markup"),
    "edge.inconsistent": {"list at 127.0.0.1": "200 honest", "list at 127.0.0.2": "refused"},
    "edge.inconsistent/first": {
        "list at 127.0.0.1": "refused",
        "list at 127.0.0.2": "200 honest",
        "list at ::1": "200 honest",
    },
    "edge.inconsistent/ipv6": {"list at 127.0.0.1": "200 honest", "list at ::1": "refused"},
    "edge.inconsistent/swallowed": {"list at 127.0.0.2": "no connection", "list": "200 honest"},
    "edge.inconsistent/reset": {"list at 127.0.0.2": "reset", "list at ::1": "200 honest"},
    "edge.inconsistent/hello": {"list at 127.0.0.2": "reset", "list": "200 honest"},
    "edge.inconsistent/tls_expired": {"list at 127.0.0.2": EXPIRED, "list": "200 honest"},
    "edge.inconsistent/5xx": {"list at 127.0.0.2": "502 markup", "list": "200 honest"},
    "edge.inconsistent/403": {"list at 127.0.0.2": "403 text", "list": "200 honest"},
    "edge.inconsistent/silent": {"list at 127.0.0.2": "silence", "list": "200 honest"},
    "edge.inconsistent/soft200": {"list at 127.0.0.2": "200 markup", "list": "200 honest"},
    "perf.slow_first_byte": HEALTHY,
    "perf.slow_first_byte/list": HEALTHY,
    "perf.slow_first_byte/zip": HEALTHY,
    "perf.slow_throughput": HEALTHY,
    "perf.slow_throughput/target": only(zip=f"302 to {CDN}"),
    "healthy/jitter": HEALTHY,
    "healthy/head-405": HEALTHY,
    "healthy/chunked": HEALTHY,
    "healthy/no-length": HEALTHY,
    "healthy/no-length-h2": HEALTHY,
    "healthy/gzip": HEALTHY,
    "healthy/keepalive-closed-after-each": HEALTHY,
    "healthy/http1-only": HEALTHY,
    "healthy/early-hints": HEALTHY,
    "healthy/small-writes": HEALTHY,
    "healthy/410": HONEST | {"missing": "410 text", "prefix": "410 text"},
    "healthy/empty-404": HONEST | {"missing": "404 empty"},
    "healthy/octet-stream": HEALTHY,
    "healthy/retry-after-200": HEALTHY,
    "healthy/rate-limit-200": HEALTHY,
    "healthy/cached": HEALTHY,
    "healthy/info-more": only(info="200 text"),
    "healthy/info-offset": only(info="200 text"),
    "healthy/info-bare": only(info="200 text"),
    "healthy/bang-literal-404": {"capital_!": "404 markup", "capital_info": "200 honest"},
    "healthy/plus-encoded-404": {"plus_%2B": "404 markup", "plus_info": "200 honest"},
    "healthy/incompatible-unlisted": only(plus_list="200 empty", plus_info="200 honest"),
    "healthy/toolchain-linux-only": toolchain("200 text", "200 honest"),
    "fact/crlf-list": only(list="200 text"),
    "fact/no-last-newline": only(list="200 text"),
    "fact/nul-list": only(list="200 bytes"),
    "fact/duplicates": only(list="200 text"),
    "fact/reversed": HEALTHY,
    "fact/columns": only(list="200 text"),
    "fact/junk-lines": only(list="200 text"),
    "fact/pseudo-in-list": only(list="200 text"),
    "fact/prefix-403": only(prefix="403 text"),
    "fact/prefix-500": only(prefix="500 markup"),
    "fact/clock-ahead": HEALTHY,
    "fact/clock-behind": HEALTHY,
}


def test_the_table_is_about_every_fault_and_no_other() -> None:
    """No fault is left unseen: those with tables of their own are in the files beside this one."""
    others = (*PROXYING, *LOG, *FRESHNESS, *VULNDB, *INDEX)
    assert set(SEEN) == set(FAULTS) - {fault.name for fault in others}


@pytest.mark.parametrize("name", SEEN)
async def test_a_fault_does_what_it_says(
    name: str, ask: Ask, resolve: Resolve, *, sixth: bool
) -> None:
    """What a plain client sees, question by question, is what the table says."""
    faults = {"goproxy": (name,)}
    async with World.open(faults=faults, slow_seconds=0.05, mirrors=("goproxy",)) as world:
        for question, expected in SEEN[name].items():
            what, _, at = question.partition(" at ")
            what = what.partition(" ")[0]
            if at == "::1" and not sixth:
                continue
            if what == "dns":
                seen = await resolve(world, "goproxy.sim.test", **QUIET.get(expected, {}))
            else:
                patience = QUIET.get(expected, {})
                answer = await ask(world, what, address=at or "127.0.0.1", **patience)
                seen = answer.short
            assert seen == expected, question
