"""Which sites a world consists of."""

from collections.abc import Iterator, Sequence

from goproxy_exporter.simulator.modules import Catalogue
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.site import EVERYWHERE, Extension, Site
from goproxy_exporter.simulator.styles import STYLES, bucket, login

LOGIN, PLAIN = "login", "plain"


def storage_of(mirror: str) -> str:
    """Name the storage host that a mirror redirects to."""
    return f"{mirror}-cdn"


def sites(mirrors: Sequence[str], extensions: Sequence[Extension]) -> Iterator[Site]:
    """List the mirrors, then their storage hosts, then what all share, then extensions' hosts."""
    yield from map(_mirror, mirrors)
    for mirror in mirrors:
        storage = storage_of(mirror)
        yield Site(
            name=storage, answer=bucket.STYLE.answer, neighbours={"mirror": mirror, "cdn": storage}
        )
    yield Site(name=LOGIN, answer=login.STYLE.answer, neighbours={})
    yield Site(name=PLAIN, answer=bucket.PUBLIC.answer, plain=True, neighbours={})
    for extension in extensions:
        if extension.host is not None:
            yield _own(extension, extension.host)


def _mirror(name: str) -> Site:
    style = STYLES[name]
    near = {"mirror": name, "cdn": storage_of(name), "login": LOGIN, "plain": PLAIN}
    return Site(
        name=name,
        answer=style.answer,
        addresses=EVERYWHERE,
        prefix=style.prefix,
        neighbours=near,
    )


def _own(extension: Extension, name: str) -> Site:
    def answer(request: Request, _: Catalogue) -> Reply:
        return extension.answer(request)

    return Site(name=name, answer=answer, neighbours={})
