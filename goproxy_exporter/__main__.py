"""``python -m goproxy_exporter``."""

import sys

from goproxy_exporter.cli import main

if __name__ == "__main__":
    sys.exit(main())
