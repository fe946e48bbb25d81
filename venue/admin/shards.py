"""Shards: how far each journal has come, and which of its leaders may write."""

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from venue.admin import figures
from venue.admin.matcher_rows import MatcherRowAdmin
from venue.models import Shard


@admin.register(Shard)
class ShardAdmin(MatcherRowAdmin):
    owners = ()
    list_display = ("number", "leadership", "commands", "execution_reports", "last_applied", "inbox", "fast_inbox")
    ordering = ("number",)
    fieldsets = (
        (
            "Shard",
            {
                "fields": (
                    "number",
                    "leadership",
                    "commands",
                    "execution_reports",
                    "last_applied_at",
                    "inbox",
                    "fast_inbox",
                )
            },
        ),
    )

    @display(description="Take-overs")
    def leadership(self, shard: Shard) -> SafeString:
        return figures.figure(f"{shard.epoch:,}")

    @display(description="Commands")
    def commands(self, shard: Shard) -> SafeString:
        return figures.figure(f"{shard.sequence:,}")

    @display(description="Execution reports")
    def execution_reports(self, shard: Shard) -> SafeString:
        return figures.figure(f"{shard.reports:,}")

    @display(description="Last applied")
    def last_applied(self, shard: Shard) -> SafeString | str:
        return figures.stamp(shard.applied_at)

    @display(description="Last applied at")
    def last_applied_at(self, shard: Shard) -> str:
        return figures.moment(shard.applied_at)

    @display(description="Inbox entry")
    def inbox(self, shard: Shard) -> SafeString:
        return figures.identifier(shard.inbox_id)

    @display(description="Fast lane's entry")
    def fast_inbox(self, shard: Shard) -> SafeString:
        return figures.identifier(shard.fast_inbox_id)
