"""The market maker's addresses, below /api/v1/mm/."""

from django.urls import path

from mmapi.limits.views import LimitsView

urlpatterns = [
    path("limits", LimitsView.as_view()),
]
