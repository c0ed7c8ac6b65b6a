"""What to say about mirrors that answer right, but late, unevenly or incompletely?"""

from goproxy_exporter.diagnosis.counsel import Counsel
from goproxy_exporter.model.cause import Code

QUALITY: dict[Code, Counsel] = {
    Code.FRESHNESS_LIST_STALE: Counsel(
        "A published version is still missing from the mirror's list.",
        "Shorten the cache life of @v/list. Asking for the version by name works meanwhile.",
        "",
    ),
    Code.FRESHNESS_LATEST_STALE: Counsel(
        "The mirror's @latest of an untagged module is behind.",
        "Shorten the cache life of @latest. Asking for a commit by name works meanwhile.",
        "",
    ),
    Code.FRESHNESS_NEGATIVE_CACHE: Counsel(
        "A fresh version is hidden by a 404 that was cached before it existed.",
        "Wait for the life told in the evidence, or purge. Shorten the negative cache: a few "
        "minutes are enough.",
        "reading M/…: 404 Not Found; server response: not found: … unknown revision …",
    ),
    Code.FRESHNESS_REPLICA_INCONSISTENT: Counsel(
        "Repeated answers of the mirror differ from one another.",
        "Its replicas or edges are not in step: see the addresses in the evidence.",
        "",
    ),
    Code.FRESHNESS_LIST_SHRANK: Counsel(
        "A version disappeared from the mirror's list.",
        "See whether it was withdrawn on purpose. Builds that name it still need its files.",
        "",
    ),
    Code.ENCODING_CASE: Counsel(
        "Module paths with capital letters fail while others work.",
        "A gateway or a store misreads %21, which stands for '!', or changes the case of the path: "
        "pass URLs on unchanged. The evidence tells which spelling works.",
        "reading M/github.com/%21burnt%21sushi/…: 404 Not Found",
    ),
    Code.ENCODING_PLUS: Counsel(
        "Versions with +incompatible fail while others work.",
        "Something on the way reads '+' as a space or refuses it: pass URLs on unchanged. The "
        "evidence tells whether %2B works.",
        "reading M/…/@v/…+incompatible.info: 404 Not Found",
    ),
    Code.EDGE_INCONSISTENT: Counsel(
        "One address, or one address family, fails where others work.",
        "Tell the operator which (see the evidence), with the times. Pinning a working address in "
        "the resolver helps meanwhile.",
        "the failure of that address, now and then",
    ),
    Code.TOOLCHAIN_UNAVAILABLE: Counsel(
        "The mirror does not list or serve golang.org/toolchain, so the go command cannot switch to "
        "the version that a go.mod asks for.",
        "Let it through at the mirror, or set GOTOOLCHAIN=local, install toolchains yourself and "
        "accept this code.",
        "go: download go1.… for …: toolchain not available, or: reading "
        "M/golang.org/toolchain/@v/…: 403 Forbidden",
    ),
    Code.PERF_SLOW_FIRST_BYTE: Counsel(
        "The mirror takes long before it sends the first byte.",
        "It waits for its own source or is overloaded: see the processing phase, and whether the "
        "second request for the same file is fast.",
        "",
    ),
    Code.PERF_SLOW_THROUGHPUT: Counsel(
        "Bodies arrive slowly.",
        "Compare from another network: the way, a rate limit or a busy edge. The retransmits and "
        "the address in the evidence help to tell.",
        "",
    ),
    Code.HTTP2_UNAVAILABLE: Counsel(
        "The mirror does not offer HTTP/2, which the configuration requires.",
        "Turn it on at the front end, or drop require_http2: the go command works with HTTP/1.1, "
        "over more connections.",
        "",
    ),
}
