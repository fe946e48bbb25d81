"""Addresses of the market maker's door, below /api/v1/mm/."""

from django.urls import path

from mmapi import session_views, views
from mmapi.dropcopy.views import DropCopyView, ReportsView, TicketsView
from mmapi.incentives.views import IncentivesView, StatementsView, StatementView
from mmapi.limits.views import LimitsView
from mmapi.obligations.views import QuoteObligationsView
from mmapi.protection_views import ProtectionResetView, ProtectionTriggersView, ProtectionView
from mmapi.receipts.views import ReceiptsView
from mmapi.schema_view import SchemaView

urlpatterns = [
    path("orders/batch", views.BatchView.as_view()),
    path("orders/batch.bin", views.BinaryBatchView.as_view()),
    path("orders/replace", views.ReplaceView.as_view()),
    path("orders/cancel-replace", views.CancelReplaceView.as_view()),
    path("orders/mass-cancel", views.MassCancelView.as_view()),
    path("orders/mass-cancel/reset", views.LockResetView.as_view()),
    path("schema", SchemaView.as_view()),
    path("sessions", session_views.SessionsView.as_view()),
    path("sessions/heartbeat", session_views.HeartbeatView.as_view()),
    path("sessions/unlock", session_views.UnlockView.as_view()),
    path("sessions/cancel-on-disconnect", session_views.CancelOnDisconnectView.as_view()),
    path("sessions/cancel-on-disconnect/drill", session_views.DrillView.as_view()),
    path("protection", ProtectionView.as_view()),
    path("protection/reset", ProtectionResetView.as_view()),
    path("protection/triggers", ProtectionTriggersView.as_view()),
    path("markets/<str:symbol>/quote-obligations", QuoteObligationsView.as_view()),
    path("limits", LimitsView.as_view()),
    path("incentives", IncentivesView.as_view()),
    path("incentives/statements", StatementsView.as_view()),
    path("incentives/statements/<str:month>", StatementView.as_view()),
    path("receipts", ReceiptsView.as_view()),
    path("dropcopy", DropCopyView.as_view()),
    path("dropcopy/reports", ReportsView.as_view()),
    path("dropcopy/tickets", TicketsView.as_view()),
]
