"""What is remembered of a tree is bounded, and what is proven stays."""

from goproxy_exporter.gomod.lookup import Sums
from goproxy_exporter.gomod.signed_head import SignedHead
from goproxy_exporter.gomod.tile import Tile
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.reference import known_tree, shown_tiles
from goproxy_exporter.reference.known_tree import Held, KnownTree, Record
from goproxy_exporter.reference.shown_tiles import LASTS, ShownTiles


def signed(size: int, mark: int = 0) -> SignedHead:
    return SignedHead(head=TreeHead(size=size, root=bytes((mark,)) * 32), note=b"signed")


def test_the_first_head_is_believed_and_larger_ones_take_its_place() -> None:
    """A smaller one never does; the same size with another root is a fork."""
    tree = KnownTree()
    assert tree.held(signed(7)) == Held()
    assert tree.admit(signed(7), 1.0)
    assert tree.held(signed(9)) is None, "that takes tiles to tell"
    assert tree.admit(signed(9), 2.0)
    assert not tree.admit(signed(8), 3.0)
    assert tree.largest == signed(9)
    assert tree.held(signed(8)) == tree.held(signed(7)) == Held()
    held = tree.held(signed(9, mark=1))
    assert held is not None
    assert held.fork is not None
    assert (held.fork.older, held.fork.newer) == (signed(9), signed(9, mark=1))
    assert tree.growth.passed(7) == 2.0


def test_everything_is_bounded() -> None:
    """However much is shown: what was used last is kept."""
    tree = KnownTree()
    for number in range(2000):
        tree.admit(signed(number), float(number))
        tree.learn({Tile(0, number): b"hashes"})
        tree.keep(
            Record(
                module=f"m{number}",
                version="v1.0.0",
                number=number,
                sums=Sums(zip=None, mod=None),
                tree_size=number + 1,
                via="direct",
            )
        )
        tree.shown_by(f"mirror {number}")
        tree.tiles([Tile(0, 0)])
    assert tree.tiles([Tile(0, 0), Tile(0, 1), Tile(0, 1999)]).keys() == {
        Tile(0, 0),
        Tile(0, 1999),
    }
    assert len(list(tree._tiles.items())) == known_tree.MOST_TILES
    assert tree.record("m1999", "v1.0.0") is not None
    assert tree.record("m0", "v1.0.0") is None
    assert tree.held(signed(3)) is None


def test_what_a_mirror_showed() -> None:
    """Right tiles are fresh for an hour, wrong ones are suspects until they are right."""
    shown = ShownTiles()
    good, bad = Tile(0, 1), Tile(0, 2)
    shown.right([good], 0.0)
    shown.wrong([bad])
    assert shown.fresh(good, LASTS - 1)
    assert not shown.fresh(good, LASTS + 1)
    assert not shown.fresh(bad, 0.0)
    assert list(shown.suspects) == [bad]
    shown.right([bad], 10.0)
    assert list(shown.suspects) == []
    shown.wrong([good])
    assert not shown.fresh(good, 20.0)
    for number in range(1000):
        shown.right([Tile(0, number)], 30.0)
        shown.wrong([Tile(1, number)])
    assert len(shown.suspects) == shown_tiles.MOST_SUSPECTS
    assert len(shown._until) == shown_tiles.MOST
    shown.right([Tile(2, 0)], 30.0 + 2 * LASTS)
    assert shown.fresh(Tile(2, 0), 31.0 + 2 * LASTS)
