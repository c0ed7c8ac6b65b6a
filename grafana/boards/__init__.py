"""Which boards are there?"""

from collections.abc import Callable

from boards import chains, exporter, freshness, integrity, mirror, overview, tls
from boards.frame import Board

BOARDS: tuple[Callable[[], Board], ...] = (
    overview.board,
    mirror.board,
    tls.board,
    integrity.board,
    freshness.board,
    chains.board,
    exporter.board,
)
"""In the order in which one goes through them."""
