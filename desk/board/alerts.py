"""What staff have to know first: a table of rules, each with its severity and what it finds on the board."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from django.conf import settings
from django.urls import reverse

from desk.board.shapes import Alert, Board, Severity
from desk.kill.targets import HALT_REASON

CRITICAL, WARNING, NOTE = Severity.CRITICAL, Severity.WARNING, Severity.NOTE
LAG_MS: Final = 500
LONG_LAG_MS: Final = 2_000
SLOW_COMMIT_MS: Final = 500
SILENT_SECONDS: Final = 20.0  # of the heartbeat that the beat sends every five
WAITING_TASKS: Final = 100

Found = Iterable[tuple[str, str]]  # text and link


class Rule(NamedTuple):
    name: str
    severity: Severity
    find: Callable[[Board], Found]


def engaged_switches(board: Board) -> Iterator[tuple[str, str]]:
    for switch in board.switches:
        unfinished = ". NOT CONFIRMED YET: it is repeated each second" if switch.state == "unfinished" else ""
        yield (
            f"{switch.title}, engaged by {switch.engaged_by} at {switch.engaged_at}: {switch.reason}{unfinished}",
            switch.link,
        )


def shards_without_lease(board: Board) -> Iterator[tuple[str, str]]:
    for shard in board.shards:
        if not shard.leased:
            yield f"Shard {shard.number} has no matcher: nobody holds its lease", shard_link(shard.number)


def lagging(least: float, below: float) -> Callable[[Board], Found]:
    def find(board: Board) -> Iterator[tuple[str, str]]:
        for shard in board.shards:
            if least <= shard.lag < below:
                yield f"Matcher of shard {shard.number} is {shard.lag / 1_000:.1f} s behind", shard_link(shard.number)

    return find


def slow_commits(board: Board) -> Iterator[tuple[str, str]]:
    for shard in board.shards:
        if shard.slowest is not None and shard.slowest >= SLOW_COMMIT_MS:
            yield f"A commit of shard {shard.number} took {shard.slowest:,.0f} ms", shard_link(shard.number)


def silent_workers(board: Board) -> Iterator[tuple[str, str]]:
    """Tasks that nobody takes are the workers' silence; without tasks it is the beat's."""
    workers = board.workers
    if workers.heartbeat_age is not None and workers.heartbeat_age < SILENT_SECONDS:
        return
    since = f"for {workers.heartbeat_age:,.0f} s" if workers.heartbeat_age is not None else "since Redis was emptied"
    who = "Celery's worker" if workers.waiting else "Celery's beat"
    yield f"{who} was not heard of {since}: idle quotes do not expire, nothing is recorded", reverse("admin:index")


def waiting_tasks(board: Board) -> Iterator[tuple[str, str]]:
    if board.workers.waiting >= WAITING_TASKS:
        yield f"{board.workers.waiting:,} tasks wait for Celery's worker", reverse("admin:index")


def stale_references(board: Board) -> Iterator[tuple[str, str]]:
    for market in board.markets:
        if market.reference_is_stale and market.status in {"open", "post_only"}:
            yield f"{market.symbol} refuses orders: its reference price is too old", market.link


def halted_markets(board: Board) -> Iterator[tuple[str, str]]:
    """Those that a kill switch has halted come with the switch."""
    for market in board.markets:
        if market.status == "halted" and market.status_reason != HALT_REASON:
            yield f"{market.symbol} is halted{f': {market.status_reason}' if market.status_reason else ''}", market.link


def one_sided_markets(board: Board) -> Iterator[tuple[str, str]]:
    for market in board.markets:
        if market.status in {"open", "post_only"} and not market.two_sided:
            sides = "bids" if market.ask else "asks" if market.bid else "bids or asks"
            yield f"{market.symbol} is open and has no {sides}", market.link


def sessions_that(state: str, words: str) -> Callable[[Board], Found]:
    def find(board: Board) -> Iterator[tuple[str, str]]:
        for maker in board.makers:
            if maker.state == state:
                name = f"Session {maker.session}" if maker.session else "The unnamed session"
                yield f"{name} of {maker.account} ({maker.firm}) {words}", maker.link

    return find


def frozen_protections(board: Board) -> Iterator[tuple[str, str]]:
    frozen = {(maker.account, maker.firm): maker.link for maker in board.makers if maker.protection == "frozen"}
    for (account, firm), link in frozen.items():
        yield f"The protection of {account} ({firm}) has frozen it", link


def missed_obligations(board: Board) -> Iterator[tuple[str, str]]:
    behind = {
        (maker.account, maker.firm): maker
        for maker in board.makers
        if maker.obligation and maker.obligation.met is False
    }
    for (account, firm), maker in behind.items():
        assert maker.obligation is not None
        yield (
            f"{account} ({firm}) is behind its obligations: {maker.obligation.text}",
            maker.obligation.link or maker.link,
        )


def consumers_behind(board: Board) -> Iterator[tuple[str, str]]:
    """At half of what cuts a live consumer off; one that is catching up may be as far behind as it likes."""
    for consumer in board.consumers:
        if consumer.live and consumer.behind >= settings.DROPCOPY_LAG_LIMIT // 2:
            yield (
                f"Drop-copy consumer {consumer.consumer} of {consumer.firm} is {consumer.behind:,} reports behind",
                consumer.link,
            )


RULES: Final = (
    Rule("kill_switch", CRITICAL, engaged_switches),
    Rule("no_lease", CRITICAL, shards_without_lease),
    Rule("long_lag", CRITICAL, lagging(LONG_LAG_MS, float("inf"))),
    Rule("celery_silent", CRITICAL, silent_workers),
    Rule("stale_reference", CRITICAL, stale_references),
    Rule("lag", WARNING, lagging(LAG_MS, LONG_LAG_MS)),
    Rule("slow_commit", WARNING, slow_commits),
    Rule("tasks_waiting", WARNING, waiting_tasks),
    Rule("halted", WARNING, halted_markets),
    Rule("one_sided", WARNING, one_sided_markets),
    Rule("session_locked", WARNING, sessions_that("locked", "is locked by cancel-on-disconnect")),
    Rule("session_fired", WARNING, sessions_that("fired", "fell silent, and what rested of it was cancelled")),
    Rule("protection_frozen", WARNING, frozen_protections),
    Rule("consumer_behind", WARNING, consumers_behind),
    Rule("obligations", NOTE, missed_obligations),
)


def of(board: Board) -> list[Alert]:
    """In the table's order: the worst first."""
    return [
        Alert(rule=rule.name, severity=rule.severity, text=text, link=link)
        for rule in RULES
        for text, link in rule.find(board)
    ]


def shard_link(number: int) -> str:
    return reverse("admin:venue_shard_change", args=[number])
