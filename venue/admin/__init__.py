"""The market's pages of the operations desk; each module registers its own."""

from venue.admin import (
    applications,
    journal,
    markets,
    orders,
    participants,
    positions,
    protections,
    reports,
    shards,
    trades,
)

__all__ = [
    "applications",
    "journal",
    "markets",
    "orders",
    "participants",
    "positions",
    "protections",
    "reports",
    "shards",
    "trades",
]
