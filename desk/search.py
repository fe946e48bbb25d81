"""One box finds a firm, an account, a key, a quote, an order, a trade or a client id: what staff have in hand.

Each look-up is one index. Of each kind only what the one who asks may see.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from accounts.models import ApiKey, Firm, TradingAccount
from mmapi.models import ClientBatch
from quotes.models import Quote
from venue.models import Command, Market, Order, Trade
from venue.notation import entity_id, entity_number

MOST: Final = 10
SHORTEST: Final = 2


class Kind(NamedTuple):
    """What can be found, by whom, and how it is shown. `find` answers rows; it reads by an index."""

    model: type[Model]
    icon: str
    word: str
    find: Callable[[str], Iterable[Any]]
    title: Callable[[Any], str]
    about: Callable[[Any], str]

    @property
    def permission(self) -> str:
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"

    def result(self, row: Any) -> SearchResult:
        name = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_change"
        about = " ".join(word for word in (self.word, self.about(row)) if word)
        return SearchResult(title=self.title(row), description=about, link=reverse(name, args=[row.pk]), icon=self.icon)


def results(request: HttpRequest, words: str) -> list[SearchResult]:
    """In the order of the kinds, a few of each."""
    word = words.strip()
    if len(word) < SHORTEST:
        return []
    return list(found(request, word))


def found(request: HttpRequest, word: str) -> Iterator[SearchResult]:
    for kind in KINDS:
        if request.user.has_perm(kind.permission):
            yield from map(kind.result, kind.find(word))


def firms(word: str) -> QuerySet[Firm]:
    return Firm.objects.filter(Q(code__istartswith=word) | Q(legal_name__icontains=word) | Q(lei__iexact=word))[:MOST]


def accounts(word: str) -> QuerySet[TradingAccount]:
    named = Q(name__istartswith=word) | Q(firm__code__iexact=word)
    return TradingAccount.objects.filter(named).select_related("firm")[:MOST]


def keys(word: str) -> QuerySet[ApiKey]:
    named = Q(key_id__startswith=word) | Q(label__iexact=word)
    return ApiKey.objects.filter(named).select_related("account__firm").defer("secret")[:MOST]


def markets(word: str) -> QuerySet[Market]:
    return Market.objects.filter(Q(symbol__istartswith=word) | Q(base_asset__iexact=word))[:MOST]


def entities(model: type[Order] | type[Quote], kind: str) -> Callable[[str], QuerySet[Any]]:
    """By its own id, or by the client's."""

    def find(word: str) -> QuerySet[Any]:
        number = entity_number(kind, word.lower())
        # The client ids' index begins with the account.
        named = Q(client_id=word, account__in=TradingAccount.objects.values("pk"))
        return model._default_manager.filter(Q(pk=number) if number is not None else named).order_by("-pk")[:MOST]

    return find


def trades(word: str) -> QuerySet[Trade]:
    number = entity_number("trade", word.lower())
    return Trade.objects.filter(pk=number) if number is not None else Trade.objects.none()


def batches(word: str) -> QuerySet[Any]:
    """A client's batch leads to its command."""
    of_any = Q(client_batch_id=word, account__in=TradingAccount.objects.values("pk"))
    return ClientBatch.objects.filter(of_any).order_by("-pk")[:MOST]


def client_id_of(row: Any) -> str:
    return f"client id {row.client_id}" if row.client_id else ""


KINDS: Final = (
    Kind(Market, "candlestick_chart", "Market", markets, str, lambda market: market.get_status_display()),
    Kind(Firm, "apartment", "Firm", firms, lambda firm: firm.code, lambda firm: f"{firm.legal_name}, {firm.status}"),
    Kind(
        TradingAccount,
        "account_balance",
        "Account",
        accounts,
        lambda account: account.name,
        lambda account: f"of {account.firm.code}, {account.status}",
    ),
    Kind(
        ApiKey, "key", "API key", keys, lambda key: key.key_id, lambda key: f"of {key.account.name} {key.label}".strip()
    ),
    Kind(
        Quote,
        "swap_vert",
        "Quote",
        entities(Quote, "quote"),
        lambda quote: entity_id("quote", quote.pk),
        client_id_of,
    ),
    Kind(
        Order,
        "receipt_long",
        "Order",
        entities(Order, "order"),
        lambda order: entity_id("order", order.pk),
        client_id_of,
    ),
    Kind(
        Command,  # that a batch came by
        "terminal",
        "Batch",
        batches,
        lambda batch: batch.client_batch_id,
        lambda batch: "",
    ),
    Kind(Trade, "handshake", "Trade", trades, lambda trade: entity_id("trade", trade.pk), lambda trade: ""),
)
