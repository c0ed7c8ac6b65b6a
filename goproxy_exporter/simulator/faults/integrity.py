"""Faults of content: lists, .info, archives, and encodings that lie."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults import broken_archive as spoilt
from goproxy_exporter.simulator.faults.bends import (
    OK,
    Test,
    body,
    both,
    cutting,
    each,
    everything,
    gzipped,
    having,
    on,
    published,
    when,
)
from goproxy_exporter.simulator.faults.redirect import signed
from goproxy_exporter.simulator.reply import Break, Ending, Endless, Framing, Reply
from goproxy_exporter.simulator.request import Kind, Request

_LIST, _INFO, _MOD, _ZIP = on(Kind.LIST), on(Kind.INFO), on(Kind.MOD), on(Kind.ZIP)
_HTTP1 = ("http/1.1",)
_WRITE = 65536
"""Bytes of what never ends that go out at once."""


def _bent(code: str, variant: str, meaning: str, bend: Bend) -> Fault:
    return Fault(f"{code}{variant}", meaning, code, here=Conduct(bend=bend))


def _list(variant: str, meaning: str, *more: str) -> Fault:
    def longer(lines: bytes) -> bytes:
        return lines + "".join(f"{one}\n" for one in more).encode() if lines else lines

    return _bent("integrity.list_invalid", variant, meaning, when(_LIST, body(longer)))


def _info(variant: str, meaning: str, change: Callable[[bytes], bytes]) -> Fault:
    return _bent("integrity.info_mismatch", variant, meaning, when(_INFO, body(change)))


def _with(**fields: object) -> Callable[[bytes], bytes]:
    return lambda info: json.dumps({**json.loads(info), **fields}).encode()


def _without(*fields: str) -> Callable[[bytes], bytes]:
    return lambda info: json.dumps(
        {key: value for key, value in json.loads(info).items() if key not in fields}
    ).encode()


def _zip(variant: str, meaning: str, spoil: spoilt.Spoil) -> Fault:
    def bend(request: Request, reply: Reply, scene: Scene) -> Reply:
        release = scene.catalogue.release(request.target.module, request.target.version)
        # A zip that the mirror redirects is spoilt here all the same.
        return reply if release is None else Reply(headers=_zip_type, body=spoil(release))

    return _bent("integrity.zip_invalid", variant, meaning, when(each(_ZIP, published), bend))


_zip_type = (("content-type", "application/zip"),)


def _cut(variant: str, meaning: str, bend: Bend, *, alpn: tuple[str, ...] | None = None) -> Fault:
    name = "integrity.zip_truncated"
    here = Conduct(bend=when(_ZIP, bend), alpn=alpn)
    return Fault(f"{name}{variant}", meaning, name, here=here)


def _all_but_one(_: Request, reply: Reply, __: Scene) -> Reply:
    if reply.status != OK:
        return reply
    return replace(reply, broken=Break(Ending.CLOSE, len(reply.body) - 1))


def _encoded(variant: str, meaning: str, test: Test, bend: Bend) -> Fault:
    return _bent("integrity.content_encoding", variant, meaning, when(test, bend))


def _endless(_: Request, reply: Reply, __: Scene) -> Reply:
    if reply.status != OK or not reply.body:
        return reply
    much = reply.body * (1 + _WRITE // len(reply.body))
    return replace(reply, body=much, endless=Endless.BODY, framing=Framing.CHUNKED)


_claim = having(content_encoding="gzip")

LISTS = (
    _list("", "the highest version of every list, v9.9.9, does not exist", "v9.9.9"),
    _list("/wrong_major", "lists name v2.0.0, which their paths cannot have", "v2.0.0"),
    _list(
        "/metadata", "lists name v1.999.0+meta, which go keeps and cannot fetch", "v1.999.0+meta"
    ),
    _list("/short", "lists name v1.999, which go keeps and cannot fetch", "v1.999"),
    _bent("integrity.list_invalid", "/endless", "lists go on for ever", when(_LIST, _endless)),
)

INFOS = (
    _info("", ".info names another version", _with(Version="v0.0.1")),
    _info(
        "/trailing_junk", ".info goes on after its end", lambda info: info + b"\n<!-- cached -->"
    ),
    _info("/bad_time", ".info has a Time that is none", _with(Time="2019-11-30 01:34:51")),
    _info("/lower_case_time", ".info has a Time in lower case", _with(Time="2019-11-30t01:34:51z")),
    _info("/empty_time", ".info has an empty Time", _with(Time="")),
    _info("/bom", ".info begins with a byte-order mark", lambda info: b"\xef\xbb\xbf" + info),
    _info("/no_version", ".info names no version", _without("Version")),
    _info("/null", ".info is null", lambda _: b"null"),
    _info("/array", ".info is an array", lambda info: b"[" + info + b"]"),
    _info("/cut", ".info ends in the middle", lambda info: info[: len(info) // 2]),
)

TRUNCATED = (
    _cut("", "zips end in order at half their length", cutting(Ending.CLOSE)),
    _cut("/last_byte", "zips end in order one byte early", _all_but_one),
    _cut("/nothing", "zips end in order after the head", cutting(Ending.CLOSE, 0.0)),
    _cut("/http1", "the same over HTTP/1.1", cutting(Ending.CLOSE), alpn=_HTTP1),
    _cut(
        "/drop_http1",
        "zips over HTTP/1.1 end with FIN at half their length, without close_notify",
        cutting(Ending.DROP),
        alpn=_HTTP1,
    ),
    Fault(
        "integrity.zip_truncated/target",
        "zips lead to a storage host that ends them at half their length",
        "integrity.zip_truncated",
        here=Conduct(bend=when(_ZIP, signed())),
        target=Conduct(bend=cutting(Ending.CLOSE)),
    ),
)

ARCHIVES = (
    _zip("", "zips are noise", spoilt.noise),
    _zip("/cut", "zips are halves, of the length they say", spoilt.half),
    _zip(
        "/wrong_prefix",
        "zips hold another module's files",
        spoilt.under("example.com/else@v1.0.0/"),
    ),
    _zip("/no_prefix", "zips hold their files without a prefix", spoilt.under("")),
    _zip("/bad_crc", "a file in zips has another CRC-32 than it says", spoilt.wrong_sum),
    _zip("/device_name", "zips hold a file that Windows cannot have", spoilt.with_files("aux.go")),
    _zip("/dot_dot", "zips hold a file outside of themselves", spoilt.with_files("../evil.go")),
    _zip(
        "/case_collision",
        "zips hold names that differ in case alone",
        spoilt.with_files("README", "readme"),
    ),
    _zip("/upper_go_mod", "zips hold GO.MOD", spoilt.with_files("GO.MOD")),
    _zip("/huge_go_mod", "zips hold a go.mod of more than 16 MiB", spoilt.huge_go_mod),
    _zip("/over_limit", "zips declare more than 500 MiB of files", spoilt.too_much),
    _zip("/understated", "a file in zips is longer than it says", spoilt.too_little),
)

ENCODINGS = (
    _encoded("", "everything says that it is gzip and is not", everything, _claim),
    _encoded("/mod", ".mod says that it is gzip and is not", _MOD, _claim),
    _encoded("/zip", "zips say that they are gzip and are not", _ZIP, _claim),
    _encoded(
        "/double_zip",
        "zips are gzip inside gzip",
        _ZIP,
        both(body(lambda zipped: gzipped(gzipped(zipped))), _claim),
    ),
    _encoded(
        "/double_mod",
        ".mod is gzip inside gzip",
        _MOD,
        both(body(lambda mod: gzipped(gzipped(mod))), _claim),
    ),
    _encoded("/unlabelled_zip", "zips are gzip and do not say so", _ZIP, body(gzipped)),
    _encoded("/unlabelled_mod", ".mod is gzip and does not say so", _MOD, body(gzipped)),
    _encoded(
        "/cut",
        ".mod is gzip that ends in the middle",
        _MOD,
        both(body(lambda mod: gzipped(mod)[:-12]), _claim),
    ),
    _encoded(
        "/bad_crc",
        ".mod is gzip with a wrong sum",
        _MOD,
        both(body(lambda mod: gzipped(mod)[:-8] + bytes(8)), _claim),
    ),
    _encoded(
        "/deflate",
        "zips are deflated, which nobody asked for",
        _ZIP,
        both(body(zlib.compress), having(content_encoding="deflate")),
    ),
)

INTEGRITY = LISTS + INFOS + TRUNCATED + ARCHIVES + ENCODINGS
