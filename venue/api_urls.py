"""Addresses of orders, trades and market data, below /api/v1/."""

from django.urls import include, path

from venue import views

urlpatterns = [
    path("orders", views.OrdersView.as_view()),
    path("orders/<str:order_id>", views.OrderView.as_view()),
    path("trades", views.OwnTradesView.as_view()),
    path("markets", views.MarketsView.as_view()),
    path("markets/<str:symbol>/book", views.BookView.as_view()),
    path("markets/<str:symbol>/trades", views.MarketTradesView.as_view()),
    path("time", views.TimeView.as_view()),
    path("mm/", include("mmapi.urls")),
]
