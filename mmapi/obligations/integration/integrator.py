"""A shard's journal in the order of its time: reports change what rests, commands what is asked of or open to whom,
and every member's course is integrated up to each of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from mmapi.obligations.integration.course import Course
from mmapi.obligations.integration.hindrances import Hindrances
from mmapi.obligations.integration.interest import Interest
from mmapi.obligations.integration.terms import Programme, Span

_REJECTED: Final = 8
_TRIGGERED: Final = 21
_HALTS: Final = frozenset({3, 4})  # halted, closed


class Place(NamedTuple):
    """An account in a market."""

    account: int
    market: int


# A report: the command that caused it, account, market, order or quote, exec type, side (0: two-sided, the first price
# is the bid's), price, leaves, ask price, ask leaves, client id (of a trigger: its group), time.
Report = tuple[int, int, int, int, int, int, int, int, int, int, str, int]

# A command: its time, its name, and what was commanded.
Told = tuple[int, str, Any]


class Integrator:
    """Of one shard, integrated up to `until`."""

    def __init__(self, until: int = 0) -> None:
        self.until = until
        self.interests: dict[Place, Interest] = {}
        self.courses: dict[Place, Course] = {}
        self.halted: set[int] = set()
        self.hindrances = Hindrances()
        self.changed: set[Place] = set()  # interests that changed since somebody last emptied this

    def ask(self, programmes: Iterable[Programme], members: Mapping[Place, Sequence[Span]]) -> None:
        """What is asked of whom, from `until` on."""
        known = {programme.market: programme for programme in programmes}
        for place, spans in members.items():
            programme = known[place.market]
            if place in self.courses:
                self.courses[place].asked(programme, spans)
            else:
                self.courses[place] = Course(programme, spans, self.interest(place), self.until)
        self._look_round()

    def interest(self, place: Place) -> Interest:
        found = self.interests.get(place)
        if found is None:
            found = self.interests[place] = Interest()
        return found

    def take_reports(self, reports: Iterable[Report]) -> None:
        """The loop that everything passes."""
        interests, courses, changed = self.interests, self.courses, self.changed
        for _, account, market, entity, kind, side, price, leaves, ask_price, ask_leaves, group, at in reports:
            if kind == _REJECTED:
                continue
            if kind == _TRIGGERED:
                self._triggered(account, market, group, at)
                continue
            place = Place(account, market)
            interest = interests.get(place) or self.interest(place)
            course = courses.get(place)
            if course is not None:
                if course.at < at:
                    course.settle(at)
                course.verdict = None
            changed.add(place)
            if side:
                interest.put(entity << 1 | side - 1, price, leaves)
            else:
                interest.put(entity << 1, price, leaves)
                interest.put(entity << 1 | 1, ask_price, ask_leaves)

    def take_command(self, told: Told) -> None:
        """A status of a market, or something that keeps an account from quoting."""
        at, name, command = told
        self._settle(at)
        if name == "SetMarketStatus":
            self._set_status(command.market, int(command.status) in _HALTS)
        else:
            if name == "CreateMarket" and command.market not in self.hindrances.markets:
                self._set_status(command.market, True)
            self.hindrances.take(name, command)
        self._look_round()

    def advance(self, until: int) -> None:
        """Nothing more happened until then."""
        self.until = max(self.until, until)
        self._settle(self.until)

    def _triggered(self, account: int, market: int, group: str, at: int) -> None:
        self._settle(at)
        self.hindrances.trigger(account, group, market, at)
        self._look_round()

    def _set_status(self, market: int, is_halted: bool) -> None:
        (self.halted.add if is_halted else self.halted.discard)(market)

    def _settle(self, at: int) -> None:
        for course in self.courses.values():
            course.settle(at)

    def _look_round(self) -> None:
        """Tell each course what holds for it."""
        for place, course in self.courses.items():
            course.halted = place.market in self.halted
            course.frozen_until = self.hindrances.frozen_until(*place)
            course.disconnected = self.hindrances.is_disconnected(*place)
