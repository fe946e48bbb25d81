"""Batches as they come in at the door, whichever way they were written: what cannot go to the matcher is judged here
by the same atomicity, the rest goes to its shards, and every entry's result finds its place again."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from hashlib import blake2b
from typing import Final, NamedTuple, TypeVar, cast

from django.db import InterfaceError, OperationalError
from msgspec import structs

from accounts.bodies import fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from mmapi.closed import UNKNOWN, closed
from venue import gateway
from venue.engine import commands
from venue.engine.commands import BatchQuote, MarketBatch, PlaceOrder, Target
from venue.engine.events import BatchApplied, CommandRejected, EntryResult, MarketResult
from venue.engine.terms import Atomicity, CancelScope, Kind, Outcome
from venue.markets import Terms
from venue.ordering import applied, digest
from venue.rejections import Rejected
from venue.replies import Batched

DEFAULT_VALIDITY: Final = 30  # seconds
LONGEST_VALIDITY: Final = 300

Given = TypeVar("Given")
Result = EntryResult | Refusal

_ENTERED: Final = frozenset({BatchQuote, PlaceOrder})


class SpansShards(Refusal):
    status_code = 400
    code = "BATCH_SPANS_SHARDS"
    default_detail = (
        "These markets cannot change in one transaction: use atomicity market or entry, or several batches."
    )


class Labels(NamedTuple):
    """How the client named its entries: what it cancels, client quote ids with quote ids, client order ids."""

    cancels: Sequence[str]
    quotes: Sequence[tuple[str, str]]
    orders: Sequence[str]


class Part(NamedTuple):
    """One market's part as it was asked for; what of it is already refused stands in its place."""

    terms: Terms
    scope: CancelScope
    targets: Sequence[Target]
    quotes: Sequence[BatchQuote | Refusal]
    orders: Sequence[PlaceOrder | Refusal]
    labels: Callable[[], Labels]

    def is_faulty(self) -> bool:
        return _holds_refusals(self.quotes) or _holds_refusals(self.orders)


class Asked(NamedTuple):
    """A batch in the engine's units. `valid_until` is epoch ms, 0 for never."""

    parts: Sequence[Part]
    atomicity: Atomicity
    valid_until: int
    dry_run: bool
    client_batch_id: str


class PartAnswer(NamedTuple):
    """What became of a part; `failure` where its shard did not answer."""

    part: Part
    outcome: Outcome | None
    targets: Sequence[Result]
    quotes: Sequence[Result]
    orders: Sequence[Result]
    cancelled: int = 0
    sequence: int = 0
    applied_at: int = 0
    failure: Refusal | None = None


class Answered(NamedTuple):
    """Of each part what became of it, and a digest of the account's open quotes after all of it, in hex; '' where not
    every shard of the batch's markets was asked and answered."""

    asked: Asked
    parts: Sequence[PartAnswer]
    open_quotes: str
    sequence: int
    applied_at: int
    replayed: bool


def carry_out(credential: Credential, asked: Asked) -> Answered:
    """Raises a refusal where the batch as a whole has no outcome."""
    shares = _shares(asked)
    addressed = [(shard, _command(credential, asked, share)) for shard, share in shares.items()]
    outcomes = gateway.submit_each(addressed, key_id=credential.key_id)
    failures = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if failures and len(failures) == len(outcomes):
        raise failures[0]
    answers = [
        answer for share, outcome in zip(shares.values(), outcomes, strict=True) for answer in _answers(share, outcome)
    ]
    known = {answer.part.terms.number: answer for answer in _closed_told(credential, answers)}
    replies = [outcome for outcome in outcomes if not isinstance(outcome, Refusal)]
    return Answered(
        asked,
        [known.get(part.terms.number) or _untouched(part) for part in asked.parts],
        _digest([_batched(outcome).batch for outcome in replies], {part.terms.shard for part in asked.parts}),
        max((outcome.reply.sequence for outcome in replies), default=0),
        max((outcome.reply.now for outcome in replies), default=0),
        any(outcome.replayed for outcome in replies),
    )


def _shares(asked: Asked) -> dict[int, list[Part]]:
    """What each shard is sent: all but the parts that the atomicity forbids to send."""
    shards = sorted({part.terms.shard for part in asked.parts})
    if asked.atomicity is Atomicity.BATCH:
        if len(shards) > 1:
            raise SpansShards(shards=shards)
        if any(part.is_faulty() for part in asked.parts):
            return {}
    shares: dict[int, list[Part]] = defaultdict(list)
    for part in asked.parts:
        if asked.atomicity is Atomicity.ENTRY or not part.is_faulty():
            shares[part.terms.shard].append(part)
    return dict(sorted(shares.items()))


def _batched(outcome: gateway.Outcome) -> Batched:
    """Raises the refusal of a batch whose client id is another's."""
    if isinstance(outcome.reply, Batched):
        return outcome.reply
    refused = applied(outcome)[0]
    assert isinstance(refused, CommandRejected)
    raise Rejected(refused.reject)


def _answers(share: list[Part], outcome: gateway.Outcome | Refusal) -> list[PartAnswer]:
    if isinstance(outcome, Refusal):
        return [_unanswered(part, outcome) for part in share]
    reply = _batched(outcome)
    return [_answer(part, result, reply) for part, result in zip(share, reply.batch.results, strict=True)]


def _command(credential: Credential, asked: Asked, parts: Sequence[Part]) -> commands.Batch:
    command = commands.Batch(
        credential.account_id,
        credential.firm_id,
        asked.atomicity,
        tuple([_market_batch(part) for part in parts]),
        asked.valid_until,
        asked.dry_run,
        credential.tier.max_open_orders,
        credential.session,
    )
    if not asked.client_batch_id:
        return command
    said = digest((command.atomicity, command.parts, command.valid_until))
    return structs.replace(command, client_batch_id=asked.client_batch_id, digest=said)


def _market_batch(part: Part) -> MarketBatch:
    return MarketBatch(part.terms.number, part.scope, tuple(part.targets), _good(part.quotes), _good(part.orders))


def _good(given: Sequence[Given | Refusal]) -> tuple[Given, ...]:
    if not _holds_refusals(given):
        return cast("tuple[Given, ...]", tuple(given))
    return tuple([one for one in given if not isinstance(one, Refusal)])


def _holds_refusals(given: Sequence[Given | Refusal]) -> bool:
    """Looking at the types alone takes a quarter of what asking one by one does."""
    return not _ENTERED.issuperset(map(type, given))


def _answer(part: Part, result: MarketResult, reply: Batched) -> PartAnswer:
    return PartAnswer(
        part,
        result.outcome,
        result.targets,
        _placed(part.quotes, result.quotes),
        _placed(part.orders, result.orders),
        result.cancelled,
        reply.sequence,
        reply.now,
    )


def _placed(given: Sequence[object], results: Sequence[EntryResult]) -> Sequence[Result]:
    """The results in the places of their entries, among those that were refused before."""
    if len(results) == len(given):
        return results
    following = iter(results)
    return [one if isinstance(one, Refusal) else next(following) for one in given]


def _untouched(part: Part) -> PartAnswer:
    """Of a part that is not sent: what is wrong with it, and that nothing else of it was tried."""
    outcome = Outcome.FAILURE if part.is_faulty() else Outcome.NOT_ATTEMPTED
    targets = [EntryResult(Kind.ANY, Outcome.NOT_ATTEMPTED, target.id) for target in part.targets]
    return PartAnswer(part, outcome, targets, _left(Kind.QUOTE, part.quotes), _left(Kind.ORDER, part.orders))


def _left(kind: Kind, given: Sequence[object]) -> list[Result]:
    return [one if isinstance(one, Refusal) else EntryResult(kind, Outcome.NOT_ATTEMPTED) for one in given]


def _unanswered(part: Part, failure: Refusal) -> PartAnswer:
    targets, quotes, orders = ([failure] * len(given) for given in (part.targets, part.quotes, part.orders))
    return PartAnswer(part, None, targets, quotes, orders, failure=failure)


def _closed_told(credential: Credential, answers: list[PartAnswer]) -> list[PartAnswer]:
    """What is named by its id, the account's own and closed is told as that."""
    unknown = [number for answer in answers for number in _unknown(answer)]
    if not unknown:
        return answers
    try:
        told = closed(credential.account_id, unknown)
    except (OperationalError, InterfaceError):
        return answers  # The batch is applied: what it did must be told, even if why an entry is unknown cannot be.
    return [
        answer._replace(
            targets=[
                told.get(_unknown_id(*pair), pair[1]) for pair in zip(answer.part.targets, answer.targets, strict=True)
            ],
            quotes=[
                told.get(_unknown_id(*pair), pair[1]) for pair in zip(answer.part.quotes, answer.quotes, strict=True)
            ],
        )
        for answer in answers
    ]


def _unknown(answer: PartAnswer) -> Iterator[int]:
    for given, results in ((answer.part.targets, answer.targets), (answer.part.quotes, answer.quotes)):
        if any(isinstance(one, Refusal) or one.reject is not None for one in results):
            yield from filter(None, map(_unknown_id, given, results))


def _unknown_id(given: Target | BatchQuote | Refusal, result: Result) -> int:
    """The id that an entry names and the engine does not know; 0 where there is none."""
    if isinstance(result, Refusal) or result.reject is None or result.reject.code not in UNKNOWN:
        return 0
    return given.id if isinstance(given, Target) else given.quote_id if isinstance(given, BatchQuote) else 0


def _digest(batches: Sequence[BatchApplied], shards: Set[int]) -> str:
    """Of one shard its own; of several the digest of theirs in the order of the shards."""
    if len(batches) < len(shards):
        return ""
    if len(batches) == 1:
        return batches[0].open_quotes
    return blake2b("".join(one.open_quotes for one in batches).encode(), digest_size=16).hexdigest()


def refuse_repeated(values: Sequence[object], field: str) -> None:
    """Empty ones do not count; `field` has a place for the index."""
    if len(set(values)) == len(values):
        return
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value and value in seen:
            raise InvalidParameters(errors=[fault(field.format(index), "REPEATED", "It is named more than once.")])
        seen.add(value)
