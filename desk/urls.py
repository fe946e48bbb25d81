"""The desk's addresses, beneath the admin's."""

from django.urls import path

from desk import board_views, firm_page, kill_views, market_page

app_name = "desk"

urlpatterns = [
    path("board/", board_views.fragment, name="board"),
    path("board.json", board_views.as_json, name="board_json"),
    path("charts.json", board_views.chart_data, name="charts"),
    path("markets/<str:symbol>/", market_page.show, name="market"),
    path("markets/<str:symbol>/live/", market_page.live, name="market_live"),
    path("firms/<str:code>/", firm_page.show, name="firm"),
    path("firms/<str:code>/live/", firm_page.live, name="firm_live"),
    path("kill/<str:kind>/<int:number>/", kill_views.engage, name="kill"),
    path("switches/<int:number>/", kill_views.show, name="switch"),
]
