"""What to say about the checksum database behind a mirror?"""

from goproxy_exporter.diagnosis.counsel import Counsel
from goproxy_exporter.model.cause import Code

SUMDB: dict[Code, Counsel] = {
    Code.SUMDB_UNREACHABLE: Counsel(
        "The checksum database cannot be used directly from here, and the mirror does not relay it.",
        "Use a mirror that relays it, or let builds reach the database (GOSUMDB can name another "
        "address). Turning verification off is not a way out.",
        'verifying go.mod: …: Get "https://sum.golang.org/lookup/…": dial tcp: i/o timeout',
    ),
    Code.SUMDB_NOT_PROXIED: Counsel(
        "The mirror does not relay the checksum database, so builds ask it directly.",
        "Nothing breaks while the database is reachable; module paths become visible to it.",
        "",
    ),
    Code.SUMDB_SUPPORTED_ERROR: Counsel(
        "The mirror neither offers the checksum database nor says properly that it does not.",
        "Have /sumdb/NAME/supported answered 200 or 404. Until then put another mirror in front.",
        "verifying …: reading M/sumdb/…/supported: 403 Forbidden",
    ),
    Code.SUMDB_HALF_PROXIED: Counsel(
        "The mirror offers the checksum database, but cannot serve its old records.",
        "Builds that need a new go.sum line fail without fallback. Have the relay repaired, or "
        "/supported answered 404.",
        "verifying …: reading M/sumdb/…/lookup/…: 404 Not Found",
    ),
    Code.SUMDB_LOOKUP_STALE: Counsel(
        "Old records verify through the mirror, a fresh one that the database has does not.",
        "A cached 404 is the usual reason: wait for the life told in the evidence, or purge it.",
        "verifying …: reading M/sumdb/…/lookup/…: 404 Not Found",
    ),
    Code.SUMDB_STALE: Counsel(
        "The tree head that the mirror relays is old.",
        "Shorten the cache life of /latest and lookups at the mirror.",
        "",
    ),
    Code.SUMDB_TILE_INVALID: Counsel(
        "The mirror serves a tile of the checksum database with a wrong size or wrong content.",
        "Purge the tile named in the evidence; error pages must never be cached as tiles.",
        "TileReader returned bad result slice (… len=9, want 32)",
    ),
    Code.SUMDB_TILE_MISMATCH: Counsel(
        "The mirror serves a tile that contradicts the signed tree.",
        "Do not use the mirror's relay. Keep the tile and the tree head as evidence.",
        "verifying …: downloaded inconsistent tile",
    ),
    Code.SUMDB_SIGNATURE_INVALID: Counsel(
        "The mirror serves a tree head or record whose signature does not verify.",
        "Do not use the mirror's relay, and compare with the database from another network. Keep "
        "the note as evidence.",
        "verifying …: reading tree note: invalid signature for key NAME",
    ),
    Code.SUMDB_FORK: Counsel(
        "Two validly signed tree heads contradict each other.",
        "This is proof of misbehaviour at the database or of a stolen key: keep both notes, tell "
        "the Go security team, and pin go.sum files meanwhile.",
        "SECURITY ERROR: go.sum database server misbehavior detected!",
    ),
}
