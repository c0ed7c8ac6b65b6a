"""What to say about a vulnerability database?"""

from goproxy_exporter.diagnosis.counsel import Counsel
from goproxy_exporter.model.cause import Code

VULNDB: dict[Code, Counsel] = {
    Code.VULNDB_UNREADABLE: Counsel(
        "govulncheck cannot read the vulnerability database: a HEAD refused, a file that is not "
        "gzip or is unpacked once too often, or an entry that its index promises and it lacks.",
        "Serve the .json.gz files as they are, without Content-Encoding, answer HEAD like GET, and "
        "publish entries before the index that names them.",
        "govulncheck: … unrecognized vulndb format",
    ),
    Code.VULNDB_INCOMPLETE: Counsel(
        "The index lacks vulnerabilities that the original has had for long, or has older versions "
        "of them: scans pass that should not.",
        "Copy the database again, whole: index and entries of one moment.",
        "",
    ),
    Code.VULNDB_STALE: Counsel(
        "The mirror of the vulnerability database is behind the original.",
        "Look at the job that copies it; scans miss what was published since.",
        "",
    ),
}
