"""Addresses of the market maker's door, below /api/v1/mm/."""

from django.urls import path

from mmapi import views
from mmapi.schema_view import SchemaView

urlpatterns = [
    path("orders/batch", views.BatchView.as_view()),
    path("orders/batch.bin", views.BinaryBatchView.as_view()),
    path("orders/replace", views.ReplaceView.as_view()),
    path("orders/cancel-replace", views.CancelReplaceView.as_view()),
    path("orders/mass-cancel", views.MassCancelView.as_view()),
    path("orders/mass-cancel/reset", views.LockResetView.as_view()),
    path("schema", SchemaView.as_view()),
]
