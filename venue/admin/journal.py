"""The journal of commands, as they were stamped and applied."""

from typing import Any, get_args

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.models import TradingAccount
from venue.admin import figures, payloads
from venue.admin.matcher_rows import LargeTableAdmin
from venue.engine import commands
from venue.models import Command, journal_place


def journal_number(row: Any) -> SafeString:
    """The place in the shard's journal."""
    shard, number = journal_place(row.pk)
    return figures.two_lines(f"{number:,}", f"shard {shard}")


class CommandName(DropdownFilter):
    title = "command"
    parameter_name = "command"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = sorted(kind.__name__ for kind in get_args(commands.Command))
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Command]) -> QuerySet[Command]:
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Command)
class CommandAdmin(LargeTableAdmin):
    moment = "applied_at"
    owners = ()
    list_display = ("place", "name", "account", "key", "received", "applied", "took")
    list_filter = (CommandName,)
    search_fields = ("key_id",)
    search_help_text = "API key, account or firm"
    fieldsets = (
        ("Command", {"fields": ("place", "name", "account", "key")}),
        ("Times", {"fields": ("received_at_all", "applied_at_all", "committed_at_all", "took")}),
        ("What was asked", {"fields": ("asked",)}),
        ("What was answered", {"fields": ("answered",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        accounts = TradingAccount.objects.filter(pk=OuterRef("account_id"))
        names = {
            "account_name": Subquery(accounts.values("name")),
            "firm_code": Subquery(accounts.values("firm__code")),
        }
        queryset = super().get_queryset(request).annotate(**names)
        match = request.resolver_match
        return queryset if match and "object_id" in match.kwargs else queryset.defer("payload", "reply")

    def of_owner(self, kind: str, number: int) -> Q:
        if kind == "account":
            return Q(account_id=number)
        return Q(account_id__in=list(TradingAccount.objects.filter(firm=number).values_list("pk", flat=True)))

    def named(self, word: str) -> Q:
        return Q(key_id=word)

    @display(description="Number", ordering="pk")
    def place(self, row: Command) -> SafeString:
        return journal_number(row)

    @display(description="Account")
    def account(self, row: Any) -> SafeString | str:
        if not row.account_id:
            return "operations"
        return figures.two_lines(row.account_name or row.account_id, row.firm_code or "")

    @display(description="API key")
    def key(self, row: Command) -> SafeString | str:
        return figures.identifier(row.key_id) if row.key_id else figures.NOTHING

    @display(description="Received")
    def received(self, row: Command) -> SafeString | str:
        return figures.stamp(row.received_at)

    @display(description="Applied")
    def applied(self, row: Command) -> SafeString | str:
        return figures.stamp(row.applied_at)

    @display(description="Received at")
    def received_at_all(self, row: Command) -> str:
        return figures.moment(row.received_at)

    @display(description="Applied at")
    def applied_at_all(self, row: Command) -> str:
        return figures.moment(row.applied_at)

    @display(description="Committed at")
    def committed_at_all(self, row: Command) -> str:
        return figures.moment(row.committed_at)

    @display(description="Waited")
    def took(self, row: Any) -> str:
        if not (row.received_at and row.applied_at):
            return figures.NOTHING
        return f"{(row.applied_at - row.received_at).total_seconds() * 1000:,.0f} ms"

    @display(description="Command")
    def asked(self, row: Command) -> SafeString:
        return payloads.command(bytes(row.payload))

    @display(description="Reply")
    def answered(self, row: Command) -> SafeString | str:
        return payloads.reply(bytes(row.reply))
