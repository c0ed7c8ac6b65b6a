"""What is in the module archive on standard input?

``python -m goproxy_exporter.apart.archive MODULE VERSION < ZIP`` prints one JSON object: what an
`Archive` holds, its go.mod in Base64, or ``refused``, why `go` does not take it, or ``unjudged``.
"""

import base64
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any, BinaryIO

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.archive import Archive, inspect
from goproxy_exporter.gomod.caps import UnjudgedError

REFUSED, UNJUDGED = "refused", "unjudged"
_GO_MOD, _WARNINGS = "go_mod", "warnings"
_NICENESS = 10


def found(file: BinaryIO, *, module: str, version: str) -> bytes:
    """Inspect an archive and write down the outcome, whatever it is."""
    document: dict[str, Any]
    try:
        document = asdict(inspect(file, module=module, version=version))
        if document[_GO_MOD] is not None:
            document[_GO_MOD] = base64.b64encode(document[_GO_MOD]).decode()
    except UnjudgedError as error:
        document = {UNJUDGED: str(error)}
    except ProtocolError as error:
        document = {REFUSED: str(error)}
    return json.dumps(document).encode()


def read(outcome: bytes) -> Archive:
    """Read what `found` wrote; raises what `gomod.archive.inspect` had raised."""
    document: dict[str, Any] = json.loads(outcome)
    if UNJUDGED in document:
        raise UnjudgedError(document[UNJUDGED])
    if REFUSED in document:
        raise ProtocolError(document[REFUSED])
    if document[_GO_MOD] is not None:
        document[_GO_MOD] = base64.b64decode(document[_GO_MOD])
    return Archive(**{**document, _WARNINGS: tuple(document[_WARNINGS])})


def main() -> None:
    """Answer, in the background of whoever asks."""
    # A hardened service may not change priorities; then the kernel shares the processors evenly.
    with suppress(PermissionError):
        os.nice(_NICENESS)
    _, module, version = sys.argv
    with open(sys.stdin.fileno(), "rb", closefd=False) as file:
        sys.stdout.buffer.write(found(file, module=module, version=version))


if __name__ == "__main__":
    main()
