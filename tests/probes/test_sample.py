"""Which tiles are drawn besides those that proofs need."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.tile import HEIGHT, Tile
from goproxy_exporter.probes.sample import SIZE, sample

TODAY = 65_209_736
PARENTS = dict.fromkeys(
    (Tile(3, 0, 3), Tile(2, 3, 227), Tile(1, 994, 255), Tile(1, 9), Tile(2, 0)), b""
)


@given(st.integers(0, 10_000), st.integers(1, TODAY))
def test_what_is_drawn_can_be_authenticated(seed: int, size: int) -> None:
    """Full tiles that a tree of the size has, each with the parent that has its hash."""
    drawn = sample(PARENTS, size, random=Random(seed))
    assert len(drawn) <= SIZE
    for child, parent in drawn.items():
        assert child == child.full
        assert parent in PARENTS
        assert parent.level == child.level + 1
        assert 0 <= child.index - 256 * parent.index < parent.width
        assert (child.index + 1) << HEIGHT * (child.level + 1) <= size


def test_small_trees_are_looked_at_whole() -> None:
    """Where there are few tiles, every one that is not left out is drawn."""
    parents = {Tile(1, 0, 3): b""}
    assert sample(parents, 796).keys() <= {Tile(0, 0), Tile(0, 1), Tile(0, 2)}
    assert sample(parents, 796, without={Tile(0, 1)}).keys() == {Tile(0, 0), Tile(0, 2)}
    assert sample({}, 796) == {}


def test_what_was_wrong_comes_first() -> None:
    """As many as there are; those without a known parent have to wait."""
    suspects = (Tile(0, 9 * 256 + 7), Tile(0, 9 * 256 + 8), Tile(0, 9 * 256 + 9), Tile(0, 1))
    drawn = sample(PARENTS, TODAY, first=suspects, random=Random(1))
    assert set(suspects[:3]) <= drawn.keys()
    assert Tile(0, 1) not in drawn
