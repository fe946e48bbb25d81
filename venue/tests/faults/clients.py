"""Makers and takers in a process of their own, who write down what they send and whatever they are told.

Started with a folder, a name and the seed of their chance; they end when the folder has a file `stop`.
"""

import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, close_old_connections

from accounts.models import TradingAccount
from venue import gateway, replies
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.events import QuotePlaced
from venue.engine.terms import OrderType, SelfTradePrevention, Side, TimeInForce
from venue.gateway import NotApplied, OutcomeUnknown
from venue.replies import Applied, QuotesUpdated, Reply
from venue.tests.faults.ledger import NOT_APPLIED, TOLD, TOLD_AGAIN, UNKNOWN, Entry

SHARD = 1
MIDDLE = {1: 5_000_000, 2: 300_000}  # markets, and where to trade in them, in ticks
LONGEST_LIFE = 240.0
PACE = 0.004  # seconds between two commands of one client
RETRY_AFTER = 0.05

_encode = msgspec.json.Encoder().encode


class Client(threading.Thread):
    """One trader of an account. Every command carries a name of its own, which the journal keeps as its key."""

    def __init__(self, name: str, account: TradingAccount, folder: Path, stop: threading.Event, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self._who = (account.pk, account.firm_id)
        self._file = (folder / f"{name}.jsonl").open("ab", buffering=0)
        self._stop_asked = stop
        self._sent = 0
        self.finished = False
        self.chance = random.Random(seed)

    def run(self) -> None:
        while not self._stop_asked.is_set():
            self.act()
            self._stop_asked.wait(PACE)
        self.finished = True

    def act(self) -> None:
        raise NotImplementedError

    def send(self, command: Command) -> Reply | None:
        """Once; None when nobody knows what became of it, or nothing did."""
        self._sent += 1
        key = f"{self.name}.{self._sent}"
        close_old_connections()
        try:
            outcome = gateway.submit(command, shard=SHARD, key_id=key)
        except OutcomeUnknown:
            return self._note(key, command, UNKNOWN)
        except NotApplied:
            return self._note(key, command, NOT_APPLIED)
        except (OperationalError, InterfaceError):
            # Answered before, but the first answer could not be read.
            return self._note(key, command, UNKNOWN)
        return self._note(key, command, TOLD_AGAIN if outcome.replayed else TOLD, outcome.reply)

    def send_until_known(self, command: Command) -> Reply:
        """Again with the same client id after every outcome that is not known, as a careful client does."""
        while (reply := self.send(command)) is None:
            time.sleep(RETRY_AFTER)
        return reply

    def _note(self, key: str, command: Command, outcome: str, reply: Reply | None = None) -> Reply | None:
        told = replies.encode(reply) if reply else b""
        self._file.write(_encode(Entry(key, outcome, replies.encode(command), told)) + b"\n")
        return reply

    def client_id(self) -> str:
        return f"{self.name}:{self._sent + 1}"

    def somewhere(self, market: int, width: int) -> int:
        return MIDDLE[market] + self.chance.randint(-width, width)


class Maker(Client):
    """Keeps a few quotes in the market, moves them about in batches, and takes one away now and then."""

    def __init__(self, *details: Any) -> None:
        super().__init__(*details)
        self._quotes: list[int] = []

    def act(self) -> None:
        if len(self._quotes) < 4 or self.chance.random() < 0.1:
            self._place()
        elif len(self._quotes) > 8 or self.chance.random() < 0.1:
            self.send(commands.CancelQuote(*self._who, self._quotes.pop()))
        else:
            self._move()

    def _place(self) -> None:
        market = self.chance.choice(list(MIDDLE))
        bid, width = self.somewhere(market, 20), self.chance.randint(1, 20)
        command = commands.PlaceQuote(
            *self._who,
            market,
            bid,
            self.chance.randint(1, 50),
            bid + width,
            self.chance.randint(1, 50),
            valid_for_ms=self.chance.choice([500, 5_000, 60_000]),
            metadata='{"note": "a\\tb\\n\\\\"}',
            client_id=self.client_id(),
            digest=self._sent,
        )
        reply = self.send_until_known(command)
        if isinstance(reply, Applied):
            self._quotes += [event.id for event in reply.events if isinstance(event, QuotePlaced)]

    def _move(self) -> None:
        moved = self.chance.sample(self._quotes, self.chance.randint(1, len(self._quotes)))
        reply = self.send(commands.UpdateQuotes(*self._who, tuple(map(self._update, moved))))
        if isinstance(reply, QuotesUpdated):
            for quote_id, refused in zip(moved, reply.results, strict=True):
                if refused is not None:
                    self._quotes.remove(quote_id)

    def _update(self, quote_id: int) -> commands.QuoteUpdate:
        market = quote_id >> 36
        bid = self.somewhere(market, 20)
        sizes = (self.chance.randint(1, 60), self.chance.randint(1, 60))
        return commands.QuoteUpdate(quote_id, bid, sizes[0], bid + self.chance.randint(1, 20), sizes[1], 60_000)


class Taker(Client):
    """Hits what the makers show, leaves a limit order behind now and then, and clears up from time to time."""

    def act(self) -> None:
        if self.chance.random() < 0.02:
            self.send(commands.MassCancel(*self._who))
            return
        market = self.chance.choice(list(MIDDLE))
        command = commands.PlaceOrder(
            *self._who,
            market,
            self.chance.choice(list(Side)),
            OrderType.LIMIT,
            self.somewhere(market, 25),
            self.chance.randint(1, 40),
            self.chance.choice([TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.GOOD_TILL_CANCEL]),
            self_trade_prevention=self.chance.choice(list(SelfTradePrevention)),
            client_id=self.client_id(),
            digest=self._sent,
        )
        self.send_until_known(command)


def main() -> None:
    folder, name, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    stop = threading.Event()
    accounts = {one.name: one for one in TradingAccount.objects.all()}
    crew: list[Client] = []
    for number, (kind, account) in enumerate(
        [(Maker, "alpha-1"), (Maker, "alpha-1"), (Maker, "gamma-1"), (Taker, "beta-1"), (Taker, "beta-1")]
    ):
        crew.append(kind(f"{name}{number}", accounts[account], folder, stop, seed * 100 + number))
    for client in crew:
        client.start()
    deadline = time.monotonic() + LONGEST_LIFE
    while not (folder / "stop").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for client in crew:
        client.join(30)
    sys.exit(not all(client.finished for client in crew))
