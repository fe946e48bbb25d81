"""A firm's life is a table of transitions."""

import pytest
from django.core.exceptions import ValidationError

from accounts import firms
from accounts.firms import TransitionRefused
from accounts.models import FIRM_TRANSITIONS, Firm, TradingAccount
from accounts.tests.cast import Party

MOVES = {
    "admit": (Firm.Status.APPLIED, Firm.Status.ACTIVE),
    "suspend": (Firm.Status.ACTIVE, Firm.Status.SUSPENDED),
    "reinstate": (Firm.Status.SUSPENDED, Firm.Status.ACTIVE),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", Firm.Status)
def test_a_move_is_made_from_its_one_status(alpha: Party, move: str, status: Firm.Status) -> None:
    start, end = MOVES[move]
    Firm.objects.update(status=status)
    if status == start:
        getattr(firms, move)(alpha.firm)
        assert Firm.objects.get().status == alpha.firm.status == end
    else:
        with pytest.raises(TransitionRefused):
            getattr(firms, move)(alpha.firm)
        assert Firm.objects.get().status == status


@pytest.mark.parametrize("status", Firm.Status)
def test_off_boarding_is_for_good(alpha: Party, status: Firm.Status) -> None:
    Firm.objects.update(status=status)
    if Firm.Status.OFF_BOARDED in FIRM_TRANSITIONS[status]:
        firms.off_board(alpha.firm)
        assert Firm.objects.get().status == Firm.Status.OFF_BOARDED
    else:
        with pytest.raises(TransitionRefused):
            firms.off_board(alpha.firm)


def test_accounts_move_too(alpha: Party) -> None:
    firms.suspend_account(alpha.account)
    with pytest.raises(TransitionRefused):
        firms.suspend_account(alpha.account)
    firms.reinstate_account(alpha.account)
    assert TradingAccount.objects.get().status == TradingAccount.Status.ACTIVE


@pytest.mark.parametrize("code", ["", "a", "alpha", "A", "A-B", "A" * 17, "1A"])
def test_malformed_codes(db: None, code: str) -> None:
    with pytest.raises(ValidationError):
        firms.create(code, "Somebody")


def test_a_firm_is_created_whole_or_not(db: None) -> None:
    with pytest.raises(ValidationError):
        firms.create("ALPHA", accounts=("alpha-1", "Not A Name"))
    assert not Firm.objects.exists()
    firm = firms.create("ALPHA", lei="529900T8BM49AURSDO55", accounts=("alpha-1", "alpha-2"))
    assert [account.name for account in firm.accounts.all()] == ["alpha-1", "alpha-2"]


@pytest.mark.parametrize("lei", ["529900T8BM49AURSDO56", "529900t8bm49aursdo55", "529900T8BM49AURSDO5", "X"])
def test_a_malformed_lei(db: None, lei: str) -> None:
    with pytest.raises(ValidationError):
        firms.create("ALPHA", lei=lei)
