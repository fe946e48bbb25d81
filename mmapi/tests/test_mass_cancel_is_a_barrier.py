"""Whatever of its scope was accepted before a mass cancel was sent has gone when it answers, however many are at it."""

import threading

from django.db import connections

from mmapi.tests.test_mass_cancel import mass_cancel
from venue.tests.cast import Trader

THREADS = 4


def test_nothing_accepted_before_survives(alpha: Trader) -> None:
    accepted: list[str] = []
    stop = threading.Event()

    def enter() -> None:
        trader = alpha.another()
        while not stop.is_set():
            accepted.append(trader.order("buy", 1, 49000)["orderId"])
        connections.close_all()

    crowd = [threading.Thread(target=enter, daemon=True) for _ in range(THREADS)]
    for thread in crowd:
        thread.start()
    told: list[tuple[list[str], set[str]]] = []
    for _ in range(8):
        before = list(accepted)
        told.append((before, set(mass_cancel(alpha, all=True)["cancelledOrders"])))
    stop.set()
    for thread in crowd:
        thread.join(20)
    gone: set[str] = set()
    for before, cancelled in told:
        gone |= cancelled
        assert set(before) <= gone
    last = mass_cancel(alpha, all=True)
    assert gone | set(last["cancelledOrders"]) == set(accepted)
    assert alpha.get("/api/v1/orders?status=open").body["orders"] == []
