"""Addresses of the Market Maker API, below /api/v1/mm/."""

from django.urls import path

from mmapi.dropcopy.views import DropCopyView, ReportsView, TicketsView
from mmapi.receipts.views import ReceiptsView

urlpatterns = [
    path("receipts", ReceiptsView.as_view()),
    path("dropcopy", DropCopyView.as_view()),
    path("dropcopy/reports", ReportsView.as_view()),
    path("dropcopy/tickets", TicketsView.as_view()),
]
