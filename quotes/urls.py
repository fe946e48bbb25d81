"""The Quotes API's addresses, below /api/sdk/."""

from django.urls import path

from quotes.views import QuoteBatchView, QuotesView, QuoteView

urlpatterns = [
    path("quotes", QuotesView.as_view()),
    path("quotes/batch/update", QuoteBatchView.as_view()),
    path("quotes/<str:quote_id>", QuoteView.as_view()),
]
