"""The market maker's addresses, below /api/v1/mm/."""

from django.urls import path

from mmapi.protection_views import ProtectionResetView, ProtectionTriggersView, ProtectionView

urlpatterns = [
    path("protection", ProtectionView.as_view()),
    path("protection/reset", ProtectionResetView.as_view()),
    path("protection/triggers", ProtectionTriggersView.as_view()),
]
