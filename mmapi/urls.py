"""Addresses of the market maker's door, below /api/v1/mm/."""

from django.urls import path

from mmapi.schema_view import SchemaView

urlpatterns = [
    path("schema", SchemaView.as_view()),
]
