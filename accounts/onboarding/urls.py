"""Addresses of the public pages, below /apply/."""

from django.urls import path

from accounts.onboarding import views

app_name = "onboarding"
urlpatterns = [
    path("", views.apply, name="apply"),
    path("<str:token>/", views.status, name="status"),
    path("<str:token>/edit/", views.edit, name="edit"),
    path("<str:token>/documents/", views.add_document, name="add_document"),
    path("<str:token>/answer/", views.answer, name="answer"),
    path("<str:token>/submit/", views.submit, name="submit"),
    path("<str:token>/withdraw/", views.withdraw, name="withdraw"),
]
