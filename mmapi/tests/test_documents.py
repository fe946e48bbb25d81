"""docs/receipts.md and docs/dropcopy.md as they are printed, one after the other, on a venue as `make run` has it."""

from mmapi.tests.examples import Player
from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue


def test_the_examples_are_real() -> None:
    with OpenVenue(demo=False) as venue:
        player = Player(venue)
        for name in ("receipts.md", "dropcopy.md"):
            for example in player.play((data.PROJECT / "docs" / name).read_text()):
                assert example.holds, example
