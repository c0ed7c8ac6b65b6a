"""What to say about answers that came, but are not right?"""

from goproxy_exporter.diagnosis.counsel import Counsel
from goproxy_exporter.model.cause import Code

RIGHT: dict[Code, Counsel] = {
    Code.INTEGRITY_CONTENT_ENCODING: Counsel(
        "The Content-Encoding header and the body do not agree.",
        "Look for a cache or gateway that compresses again, or that keeps the header of another "
        "variant; it often sits on single edges.",
        'read "M/….mod": gzip: invalid header',
    ),
    Code.SEMANTICS_NOTFOUND_IS_ERROR: Counsel(
        "The mirror answers a path that is no module with an error instead of 404 or 410.",
        "go get asks for every prefix of a package path, and stops at the error: have the mirror "
        "answer 404. Downloads of exact modules still work.",
        "module PATH: reading M/…/@v/list: 500 Internal Server Error",
    ),
    Code.SEMANTICS_MASKED_UPSTREAM_FAILURE: Counsel(
        "The mirror could not reach its own source, and says 404 as if the module did not exist.",
        "Builds with ,direct go around it silently, others fail: have the operator check the way "
        "to the source, and wait rather than conclude that the module is gone.",
        "reading M/…: 404 Not Found; server response: not found: bad upstream",
    ),
    Code.SEMANTICS_SOFT200: Counsel(
        "The mirror answers 200 with something that is not the resource.",
        "Look for a login page, a firewall's block page, a parked domain or a poisoned cache. "
        "The go command believes 200, so purge what was cached from it.",
        "invalid response from proxy \"M\": invalid character '<' looking for beginning of value",
    ),
    Code.SEMANTICS_COLD_MISS_404: Counsel(
        "The first request for something the mirror did not hold yet is answered 404.",
        "Run the mirror in a mode that fetches within the request (Athens: sync), or warm it; "
        "a second try succeeds.",
        "reading M/…: 404 Not Found (the first time only)",
    ),
    Code.MODULE_MISSING: Counsel(
        "The mirror does not have a module that exists elsewhere.",
        "That may be its policy. If not, see whether it may fetch from the source; builds with "
        ",direct or a second mirror are not affected.",
        "reading M/…: 404 Not Found",
    ),
    Code.INTEGRITY_LIST_INVALID: Counsel(
        "The version list leads the go command to a version that it cannot use.",
        "Remove the version named in the evidence from the list: @latest picks it and fails, for "
        "everybody.",
        "PATH@VERSION: reading M/…/@v/VERSION.info: 404 Not Found; "
        "internal error: version passed to GoMod is not canonical",
    ),
    Code.INTEGRITY_INFO_MISMATCH: Counsel(
        "A version's .info is not one that the go command accepts, or names another version.",
        "Purge the file at the mirror and in its caches; then see what rewrote it.",
        'invalid response from proxy "M": …, or: proxy returned info for version … instead of '
        "requested version",
    ),
    Code.INTEGRITY_ZIP_TRUNCATED: Counsel(
        "A zip ends before the length that the mirror announced.",
        "The mirror or its cache holds a partial file, or cuts long answers: purge it, then "
        "check time limits and the largest object size of every cache on the way.",
        'read "M/….zip": unexpected EOF',
    ),
    Code.INTEGRITY_ZIP_INVALID: Counsel(
        "A zip arrives whole, but is not a module zip that the go command accepts.",
        "Purge it from the mirror. The evidence names the rule it breaks; go names neither "
        "module nor URL.",
        "zip: not a valid zip file",
    ),
    Code.INTEGRITY_ZIP_HASH_MISMATCH: Counsel(
        "The mirror serves a zip whose content contradicts the checksum database.",
        "Do not use the mirror for this version, and keep the file: it was re-tagged before it "
        "was cached, or tampered with. Purge it, and never answer with GONOSUMDB.",
        "verifying module: checksum mismatch … SECURITY ERROR",
    ),
    Code.INTEGRITY_MOD_HASH_MISMATCH: Counsel(
        "The mirror serves a go.mod that contradicts the checksum database.",
        "Do not use the mirror for this version, and keep the file as evidence. In a | list the "
        "next mirror hides this from builds.",
        "verifying go.mod: checksum mismatch … SECURITY ERROR",
    ),
}
