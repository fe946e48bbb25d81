"""Better prices trade first; at one price, who came first."""

from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import Floor, placed, trades


def test_the_best_price_trades_first_whenever_it_came(floor: Floor) -> None:
    floor.lay_out("""
            | 102 | Alpha 5
            | 101 | Gamma 5
            | 100 | Alpha 5
    """)
    told = floor.buy(BETA, 12, 102)
    assert trades(told) == [
        "Beta buys 5 @ 100 from Alpha",
        "Beta buys 5 @ 101 from Gamma",
        "Beta buys 2 @ 102 from Alpha",
    ]
    assert floor.book() == tidy("| 102 | Alpha 3")


def test_who_sells_meets_the_highest_bid_first(floor: Floor) -> None:
    floor.lay_out("""
        Alpha 5 |  98 |
        Gamma 5 |  99 |
    """)
    assert trades(floor.sell(BETA, 7, 98)) == ["Beta sells 5 @ 99 to Gamma", "Beta sells 2 @ 98 to Alpha"]


def test_first_come_first_served_at_one_price(floor: Floor) -> None:
    floor.lay_out("Alpha 3, Gamma 4, Alpha 5 | 100 |")
    assert trades(floor.sell(BETA, 5, 100)) == ["Beta sells 3 @ 100 to Alpha", "Beta sells 2 @ 100 to Gamma"]
    assert floor.book() == tidy("Gamma 2, Alpha 5 | 100 |")


def test_a_partial_fill_keeps_the_front(floor: Floor) -> None:
    floor.lay_out("Alpha 10, Gamma 10 | 100 |")
    floor.sell(BETA, 4, 100)
    assert trades(floor.sell(BETA, 8, 100)) == ["Beta sells 6 @ 100 to Alpha", "Beta sells 2 @ 100 to Gamma"]


def test_the_aggressor_gets_the_resting_price_and_rests_at_its_own(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 5")
    assert trades(floor.buy(BETA, 8, 103)) == ["Beta buys 5 @ 100 from Alpha"]
    assert floor.book() == tidy("Beta 3 | 103 |")


def test_one_that_leaves_the_middle_of_a_queue_leaves_the_others_in_order(floor: Floor) -> None:
    floor.lay_out("Alpha 1 | 100 |")
    middle = placed(floor.buy(GAMMA, 2, 100))
    floor.lay_out("Alpha 3 | 100 |")
    floor.cancel_order(GAMMA, middle)
    assert floor.book() == tidy("Alpha 1, Alpha 3 | 100 |")


def test_a_price_that_was_left_empty_can_be_used_again(floor: Floor) -> None:
    floor.cancel_order(ALPHA, placed(floor.sell(ALPHA, 5, 100)))
    floor.lay_out("""
            | 101 | Gamma 5
            | 100 | Alpha 2
    """)
    assert trades(floor.buy(BETA, 3, 101)) == ["Beta buys 2 @ 100 from Alpha", "Beta buys 1 @ 101 from Gamma"]
