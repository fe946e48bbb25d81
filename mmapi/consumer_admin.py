"""Drop-copy consumers, as staff see them."""

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from mmapi.models import Consumer
from venue.admin import figures
from venue.admin.matcher_rows import BY_FIRM, MatcherRowAdmin


@admin.register(Consumer)
class ConsumerAdmin(MatcherRowAdmin):
    """A consumer moves its mark by itself; staff only look."""

    owners = ("firm",)
    list_display = ("name", "firm", "shard", "mark", "moved")
    list_filter = (BY_FIRM,)
    ordering = ("firm", "shard", "name")
    fieldsets = (("Consumer", {"fields": ("name", "firm", "shard", "mark", "moved")}),)

    @display(description="Acknowledged through")
    def mark(self, consumer: Consumer) -> SafeString:
        return figures.figure(f"{consumer.acked:,}")

    @display(description="At")
    def moved(self, consumer: Consumer) -> SafeString | str:
        return figures.stamp(consumer.acked_at)
