"""Many cancels, quotes and orders as one step per market. What stands or falls together is the sender's choice;
whatever must fall is undone, and leaves nothing behind but its refusals."""

import struct
from hashlib import blake2b
from typing import Final

from venue.engine.accounts import Account
from venue.engine.batch_parts import Part, untouched
from venue.engine.commands import Batch
from venue.engine.events import BatchApplied, CommandReplayed, MarketResult
from venue.engine.orders import Quote
from venue.engine.rejects import Reject, RejectCode
from venue.engine.savepoints import savepoint
from venue.engine.state import EngineState
from venue.engine.terms import Atomicity, Kind, Outcome

_DIGEST_BYTES: Final = 16
_PACK_QUOTE: Final = struct.Struct("<Qqqqq").pack


def batch(state: EngineState, command: Batch) -> None:
    """One transaction. A dry run does all of it and takes it back; past its time nothing is done."""
    account = state.account(command.account, command.firm)
    remembered = bool(command.client_batch_id) and not command.dry_run
    if remembered and _seen(state, account, command):
        return
    if command.valid_until and state.now > command.valid_until:
        results = [untouched(part, Outcome.TIMED_OUT) for part in command.parts]
        digest = open_quotes_digest(account)
    else:
        results, digest = _carry_out(state, account, command)
    if remembered:
        account.batch_ids.bind(command.client_batch_id, state.sequence, command.digest, 0)
        account.batch_ids.close(command.client_batch_id, 0)
    said = (command.client_batch_id, command.digest, command.dry_run)
    state.events.append(BatchApplied(account.id, account.firm, *said, tuple(results), digest))


def _seen(state: EngineState, account: Account, command: Batch) -> bool:
    first = account.batch_ids.first.get(command.client_batch_id)
    if first is None:
        return False
    if first[1] == command.digest:
        state.events.append(CommandReplayed(first[0]))
    else:
        owner = (account.id, account.firm)
        state.refuse(Kind.ANY, 0, 0, owner, command.client_batch_id, Reject(RejectCode.CLIENT_ID_IN_USE))
    return True


def _carry_out(state: EngineState, account: Account, command: Batch) -> tuple[list[MarketResult], str]:
    """What became of each part, and the digest of the open quotes then; of a dry run, as if it had been none."""
    together = command.atomicity is Atomicity.BATCH
    if not together and not command.dry_run:
        apart = [Part(state, account, command, given).carry_out() for given in command.parts]
        return apart, open_quotes_digest(account)
    results: list[MarketResult] = []
    with savepoint(state) as point:
        for place, given in enumerate(command.parts):
            part = Part(state, account, command, given)
            results.append(part.carry_out())
            if together and results[-1].outcome is not Outcome.SUCCESS:
                point.undo()
                state.events += [] if command.dry_run else part.refusals
                left_alone = [untouched(one, Outcome.NOT_ATTEMPTED) for one in command.parts]
                return [*left_alone[:place], results[-1], *left_alone[place + 1 :]], open_quotes_digest(account)
        digest = open_quotes_digest(account)
        if command.dry_run:
            point.undo()
    return results, digest


def open_quotes_digest(account: Account) -> str:
    """BLAKE2b-128 in hex over the account's open quotes by ascending id: of each the id (u64), and price in ticks and
    lots left of the bid and of the ask (i64), little-endian."""
    digest = blake2b(digest_size=_DIGEST_BYTES)
    update = digest.update  # of a quote at a time: for more than 2 kB it would let go of the interpreter, and wait
    for number, one in sorted(account.open.items()):
        if isinstance(one, Quote):
            bid, ask = one.bid, one.ask
            update(_PACK_QUOTE(number, bid.price, bid.leaves, ask.price, ask.leaves))
    return digest.hexdigest()
