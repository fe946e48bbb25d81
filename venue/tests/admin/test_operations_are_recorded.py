"""What operations do at the desk is in the audit trail with its reason, before and after; a failure as well."""

from staff.models import AuditEntry
from venue.tests.admin.conftest import Desk
from venue.tests.cast import Trader


def last(action: str, subject_type: str, subject_id: int) -> AuditEntry:
    found = AuditEntry.objects.filter(action=action, subject_type=subject_type, subject_id=str(subject_id))
    return found.latest("pk")


def test_a_halt(desk: Desk, alpha: Trader) -> None:
    number = alpha.market.number
    desk.post("venue_market_halt", number, reason="Feed is down")
    entry = last("halt_market", "venue.market", number)
    assert (entry.actor_name, entry.reason, entry.subject) == ("desk", "Feed is down", alpha.market.symbol)
    assert (entry.before["status"], entry.after["status"]) == ("open", "halted")


def test_limits(desk: Desk, alpha: Trader) -> None:
    account = alpha.party.account.pk
    desk.post("accounts_tradingaccount_risk_limits", account, max_open_orders="7", max_exposure="100.5")
    entry = last("set_risk_limits", "accounts.tradingaccount", account)
    assert (entry.before["max_open_orders"], entry.after["max_open_orders"]) == (0, 7)
    assert entry.after["max_exposure"] == "100.5"


def test_a_position_limit(desk: Desk, alpha: Trader) -> None:
    account = alpha.party.account.pk
    form = {"market": alpha.market.number, "max_position": "1.5"}
    desk.post("accounts_tradingaccount_position_limit", account, **form)
    entry = last("set_position_limit", "accounts.tradingaccount", account)
    assert (entry.before["max_position"], entry.after["max_position"]) == ("0.0000", "1.5000")


def test_a_suspension_by_hand_and_its_row(desk: Desk, alpha: Trader) -> None:
    firm = alpha.party.firm.pk
    desk.post("accounts_firm_suspend_firm", firm, reason="Margin call")
    entry = last("suspend_firm", "accounts.firm", firm)
    row = last("change_row", "accounts.firm", firm)
    assert (entry.before, entry.after) == ({"status": "active"}, {"status": "suspended"}) == (row.before, row.after)
    assert entry.request_id == row.request_id != ""
    assert row.actor_name == "desk"


def test_what_was_tried(desk: Desk, alpha: Trader, silent: None) -> None:
    desk.post("venue_market_halt", alpha.market.number, reason="Feed is down")
    entry = last("try_halt_market", "venue.market", alpha.market.number)
    assert "No reply came in time" in entry.after["failure"]
    assert entry.reason == "Feed is down"
