"""The Market Maker API's addresses, below /api/v1/mm/."""

from django.urls import path

from mmapi import session_views

urlpatterns = [
    path("sessions", session_views.SessionsView.as_view()),
    path("sessions/heartbeat", session_views.HeartbeatView.as_view()),
    path("sessions/unlock", session_views.UnlockView.as_view()),
    path("sessions/cancel-on-disconnect", session_views.CancelOnDisconnectView.as_view()),
    path("sessions/cancel-on-disconnect/drill", session_views.DrillView.as_view()),
]
