"""Which sites a world consists of."""

from collections.abc import Callable, Iterator, Sequence

from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.site import EVERYWHERE, Extension, Site
from goproxy_exporter.simulator.styles import STYLES, bucket, login
from goproxy_exporter.simulator.styles.style import Answer

LOGIN, PLAIN = "login", "plain"


def storage_of(mirror: str) -> str:
    """Name the storage host that a mirror redirects to."""
    return f"{mirror}-cdn"


def sites(mirrors: Sequence[str], extensions: Sequence[Extension]) -> Iterator[Site]:
    """List the mirrors, then their storage hosts, then what all share, then extensions' hosts."""
    yield from map(_mirror, mirrors)
    for mirror in mirrors:
        storage = storage_of(mirror)
        near = {"mirror": mirror, "cdn": storage}
        yield Site(name=storage, answer=in_style(bucket.STYLE.answer), neighbours=near)
    yield Site(name=LOGIN, answer=in_style(login.STYLE.answer), neighbours={})
    yield Site(name=PLAIN, answer=in_style(bucket.PUBLIC.answer), plain=True, neighbours={})
    for extension in extensions:
        for host in extension.hosts:
            yield _own(extension, host)


def in_style(answer: Answer) -> Callable[[Request, Known], Reply]:
    """Answer from the catalogue alone."""
    return lambda request, known: answer(request, known.catalogue)


def _mirror(name: str) -> Site:
    style = STYLES[name]
    near = {"mirror": name, "cdn": storage_of(name), "login": LOGIN, "plain": PLAIN}
    return Site(
        name=name,
        answer=in_style(style.answer),
        addresses=EVERYWHERE,
        prefix=style.prefix,
        neighbours=near,
    )


def _own(extension: Extension, name: str) -> Site:
    def answer(request: Request, known: Known) -> Reply:
        return extension.answer(name, request, known)

    return Site(name=name, answer=answer, neighbours={})
