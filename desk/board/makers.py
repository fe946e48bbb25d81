"""The board's makers: each open session, how it is, and what protects and obliges its account."""

import time
from typing import Final

from django.urls import reverse

from accounts import heartbeats
from accounts.heartbeats import Heartbeat
from accounts.models import Session
from desk import owed
from desk.board.shapes import MakerLine, Obligation
from mmapi import connected, sessions
from mmapi.sessions import Setting
from venue.models import Protection

_MOST: Final = 200


def lines(accounts: list[int] | None = None) -> list[MakerLine]:
    """Of all accounts or of these; the newest sessions where there are too many."""
    found = Session.objects.filter(closed_at=None).select_related("key", "account__firm").defer("key__secret")
    if accounts is not None:
        found = found.filter(account__in=accounts)
    chosen = sorted(found[:_MOST], key=lambda one: (one.account.firm.code, one.account.name, one.name))
    if not chosen:
        return []
    names = [(session.key.key_id, session.name) for session in chosen]
    now, beats = heartbeats.last_heard(names)
    streams = connected.counts(names, now)
    known = Known([session.pk for session in chosen], [session.account_id for session in chosen], now)
    return [known.line(*one) for one in zip(chosen, beats, streams, strict=True)]


class Known:
    """What is read of all sessions at once."""

    def __init__(self, numbers: list[int], accounts: list[int], now: int) -> None:
        self.now = now
        self.settings = sessions.settings_of(numbers)
        self.quotes = sessions.open_of("quotes_quote", numbers)
        self.orders = sessions.open_of("venue_order", numbers)
        self.protections = protections_of(accounts)
        self.obligations: dict[int, Obligation] = owed.obligations_today(sorted(set(accounts)))

    def line(self, session: Session, beat: Heartbeat | None, streams: int) -> MakerLine:
        settings: list[Setting] = self.settings.get(session.pk, [])
        trigger = sessions.first_trigger(settings, beat)
        firm = session.account.firm.code
        return MakerLine(
            firm=firm,
            account=session.account.name,
            account_number=session.account_id,
            link=reverse("desk:firm", args=[firm]),
            session=session.name,
            key=session.key.key_id,
            state=sessions.state_of(settings, beat, self.now),
            heartbeat_age=(self.now - beat.at) / 1_000 if beat else None,
            deadline_in=(trigger - self.now) / 1_000 if trigger is not None else None,
            streams=streams,
            quotes=self.quotes.get(session.pk, 0),
            orders=self.orders.get(session.pk, 0),
            protection=self.protections.get(session.account_id, ""),
            obligation=self.obligations.get(session.account_id),
        )


def protections_of(accounts: list[int]) -> dict[int, str]:
    """An account is frozen where one of its protections is."""
    now = time.time_ns() // 1_000_000
    found: dict[int, str] = {}
    for account, until in Protection.objects.filter(account_id__in=accounts).values_list("account_id", "frozen_until"):
        if found.get(account) != "frozen":
            found[account] = "frozen" if until > now else "active"
    return found
