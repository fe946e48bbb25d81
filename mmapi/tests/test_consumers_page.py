"""Staff see drop-copy consumers' marks, and a command's times and batch; they change none of it."""

from django.contrib.auth.models import User

from mmapi.dropcopy import marks
from mmapi.history import Stream
from mmapi.models import Consumer
from venue.models import Command
from venue.tests.admin.conftest import Desk
from venue.tests.cast import Trader


def at_the_desk() -> Desk:
    return Desk(User.objects.filter(username="desk").first() or User.objects.create_superuser("desk"))


def test_a_consumer(alpha: Trader) -> None:
    firm = alpha.party.firm
    marks.save(Stream(firm.pk, 1), "oms", 1234)
    desk, row = at_the_desk(), Consumer.objects.get(firm=firm)
    for page in (desk.get("mmapi_consumer_changelist"), desk.get("mmapi_consumer_change", row.pk)):
        for word in ("oms", firm.code, "1,234"):
            assert word in page
    assert desk.status_of("post", "mmapi_consumer_delete", row.pk, post="yes") == 403


def test_a_commands_commit(alpha: Trader) -> None:
    alpha.quote()
    row = Command.objects.filter(account_id=alpha.party.account.pk).get()
    page = at_the_desk().get("venue_command_change", row.pk)
    assert row.committed_at is not None
    assert "Committed at" in page
