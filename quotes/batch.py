"""Many updates in one request: each stands or falls alone, and each result is at the place of its entry."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError

from accounts.bodies import NotANumber, decode_number
from accounts.credentials import Credential
from accounts.refusals import Refusal
from quotes import queries
from quotes.quoting import QuoteNotOpen, known_quote, quote_update
from quotes.serializers import STATUS_WORDS, BatchEntry, BatchShape, EntryShape, Summary
from venue import gateway
from venue.engine import commands
from venue.engine.commands import QuoteUpdate
from venue.engine.rejects import Reject, RejectCode
from venue.gateway import Outcome
from venue.markets import Terms
from venue.rejections import Rejected, described
from venue.replies import update_results

Result = Reject | Refusal | None


class Prepared:
    """One entry: either refused already, or an update on its way to its market's shard."""

    __slots__ = ("result", "terms", "update")

    def __init__(self, entry: BatchEntry, place: int) -> None:
        self.result: Result = None
        self.update: QuoteUpdate | None = None
        self.terms: Terms | None = None
        try:
            quote_number, self.terms = known_quote(entry.quote_id)
            self.update = quote_update(quote_number, self.terms, entry)
        except NotANumber as fault:
            raise fault.within(f"[{place}]") from None
        except Refusal as refusal:
            self.result = refusal
            if self.terms is None:
                refuse_bad_numbers(entry, place)


def update_batch(credential: Credential, entries: list[BatchEntry]) -> BatchShape:
    prepared = [Prepared(entry, place) for place, entry in enumerate(entries)]
    submit(credential, prepared)
    name_closed(credential, prepared)
    results = [shape(entry, one) for entry, one in zip(entries, prepared, strict=True)]
    failed = sum(not result.success for result in results)
    return BatchShape(results, Summary(len(results), len(results) - failed, failed))


def refuse_bad_numbers(entry: BatchEntry, place: int) -> None:
    """A body that does not have the shape it should is refused as a whole, whatever else is wrong with it."""
    numbers = {"bidPrice": entry.bid_price, "askPrice": entry.ask_price}
    numbers |= {"bidSize": entry.bid_size, "askSize": entry.ask_size}
    for field, raw in numbers.items():
        if raw:
            decode_number(bytes(raw), f"[{place}].{field}")


def submit(credential: Credential, prepared: list[Prepared]) -> None:
    """Sends each shard its part. Where no shard answers, the request as a whole has no outcome and says so."""
    parts: dict[int, list[Prepared]] = defaultdict(list)
    for one in prepared:
        if one.update is not None and one.terms is not None:
            parts[one.terms.shard].append(one)
    addressed = [(shard, command_for(credential, part)) for shard, part in parts.items()]
    outcomes = gateway.submit_each(addressed, key_id=credential.key_id)
    failures = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if failures and len(failures) == len(outcomes):
        raise failures[0]
    for part, outcome in zip(parts.values(), outcomes, strict=True):
        settle(part, outcome)


def command_for(credential: Credential, part: Iterable[Prepared]) -> commands.UpdateQuotes:
    updates = tuple([one.update for one in part if one.update is not None])
    return commands.UpdateQuotes(credential.account_id, credential.firm_id, updates)


def settle(part: list[Prepared], outcome: Outcome | Refusal) -> None:
    if isinstance(outcome, Refusal):
        for one in part:
            one.result = outcome
        return
    for one, result in zip(part, update_results(outcome.reply), strict=True):
        one.result = result


def name_closed(credential: Credential, prepared: list[Prepared]) -> None:
    """The engine knows what is open only; of the rest, the account's own closed quotes are in the rows."""
    missing = [
        one for one in prepared if isinstance(one.result, Reject) and one.result.code is RejectCode.UNKNOWN_QUOTE
    ]
    if not missing:
        return
    try:
        known = queries.statuses([one.update.quote_id for one in missing if one.update], credential.account_id)
    except (OperationalError, InterfaceError):
        return  # The batch is applied: what it did must be told, even if why an entry is unknown cannot be.
    for one in missing:
        status = known.get(one.update.quote_id) if one.update else None
        if status is not None:
            one.result = QuoteNotOpen(quoteStatus=STATUS_WORDS[status])


def shape(entry: BatchEntry, one: Prepared) -> EntryShape:
    result = one.result
    if result is None:
        return EntryShape(True, entry.quote_id)
    refusal = result if isinstance(result, Refusal) else Rejected(result, one.terms)
    return EntryShape(False, entry.quote_id, described(refusal))
