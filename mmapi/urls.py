"""Addresses of the Market Maker API, below /api/v1/mm/."""

from django.urls import path

from mmapi.receipts.views import ReceiptsView

urlpatterns = [
    path("receipts", ReceiptsView.as_view()),
]
