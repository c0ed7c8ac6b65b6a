"""Where is a program that a test needs, and what has to be installed where it is not?"""

import shutil
import sys
from pathlib import Path

import pytest

PACKAGES = {
    "amtool": "prometheus-alertmanager",
    "ip": "iproute2",
    "make": "make",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "promtool": "prometheus",
    "systemd-socket-activate": "systemd",
}
"""Debian packages by program; what is not here comes into the virtual environment."""
BESIDE = str(Path(sys.executable).parent)
OF_ROOT = "/usr/local/sbin:/usr/sbin:/sbin"
"""Folders that the PATH of other users leaves out."""


def needed(program: str, *other_names: str) -> str:
    """Give the path of a program, or skip.

    What the virtual environment has is pinned, so it comes before what the machine has.
    """
    for name in (program, *other_names):
        for path in (BESIDE, None, OF_ROOT):
            found = shutil.which(name, path=path)
            if found is not None:
                return found
    package = PACKAGES.get(program)
    how = "make test installs it" if package is None else f"apt-get install {package}"
    pytest.skip(f"{program} is not here: {how}")
