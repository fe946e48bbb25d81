"""The roles of staff: what each may see and do. One table; the groups in the database are filled from it."""

from collections.abc import Iterable
from typing import Any, Final

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS


def viewing(app: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.view_{model}" for model in models)


# What everybody at the desk sees. No secret is on any of these pages.
VIEWS: Final = (
    viewing("accounts", "apikey", "colocationprofile", "firm", "session", "tier", "tradingaccount")
    | viewing("desk", "killswitch")
    | viewing("mmapi", "accountlocks", "consumer", "obligationprogramme")
    | viewing(
        "mmapi", "assignment", "feeschedule", "ledgeraccount", "ledgerentry", "membership", "programme", "statement"
    )
    | viewing("quotes", "quote")
    | viewing("venue", "market", "order", "trade", "position", "accountlimits", "feerates", "firmstanding", "shard")
    | viewing(
        "venue", "command", "executionreport", "disconnect", "disconnectfiring", "protection", "protectiontrigger"
    )
    | {"desk.view_board"}
)
# Whom an applicant's papers concern.
APPLICATIONS: Final = frozenset({"accounts.view_application"})
EMERGENCY: Final = frozenset({"desk.engage_killswitch", "desk.lift_killswitch"})
AUDIT: Final = frozenset({"staff.view_auditentry"})
EXPORT: Final = frozenset({"staff.export_rows"})

# Role: permissions. Every role sees; what is listed is what it may do.
ROLES: Final[dict[str, frozenset[str]]] = {
    "viewer": VIEWS | AUDIT,
    "onboarding": VIEWS
    | EXPORT
    | APPLICATIONS
    | {
        # Nobody approves what the same person reviewed, whatever the role.
        "accounts.review_application",
        "accounts.approve_application",
        "accounts.download_document",
        "accounts.change_firm",
        "accounts.off_board_firm",
        "accounts.add_tradingaccount",
        "accounts.change_tradingaccount",
        "accounts.add_apikey",
        "accounts.change_apikey",
        "accounts.revoke_apikey",
    },
    "risk": VIEWS
    | AUDIT
    | EXPORT
    | APPLICATIONS
    | EMERGENCY
    | {
        "accounts.suspend_firm",
        "accounts.suspend_tradingaccount",
        "accounts.revoke_apikey",
        "venue.change_accountlimits",
    },
    "market operations": VIEWS
    | EXPORT
    | EMERGENCY
    | {
        "accounts.suspend_firm",
        "accounts.suspend_tradingaccount",
        "accounts.add_tier",
        "accounts.change_tier",
        "accounts.delete_tier",
        "accounts.add_colocationprofile",
        "accounts.change_colocationprofile",
        "accounts.delete_colocationprofile",
        "venue.operate_market",
        "venue.move_reference",
        "venue.configure_market",
        "mmapi.add_obligationprogramme",
        "mmapi.change_obligationprogramme",
        "mmapi.declare_state",
        "mmapi.manage_members",
    },
    "finance": VIEWS
    | EXPORT
    | {
        "mmapi.add_feeschedule",
        "mmapi.change_feeschedule",
        "mmapi.delete_feeschedule",
        "mmapi.view_feetier",
        "mmapi.add_feetier",
        "mmapi.change_feetier",
        "mmapi.delete_feetier",
        "mmapi.add_programme",
        "mmapi.change_programme",
        "mmapi.delete_programme",
        "mmapi.add_membership",
        "mmapi.change_membership",
        "mmapi.delete_membership",
        "mmapi.issue_statement",
        "mmapi.view_volume_report",
    },
    "administrator": VIEWS
    | AUDIT
    | EXPORT
    | APPLICATIONS
    | {
        "auth.add_user",
        "auth.change_user",
        "auth.view_user",
        "auth.view_group",
        "staff.view_staffsession",
        "staff.reset_two_factor",
        "staff.sign_out_staff",
        "staff.unlock_staff",
    },
}


def fill_groups(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After an app's migrations its permissions are what the table says, no more and no fewer."""
    known = {f"{sender.label}.{one.codename}": one for one in permissions_of(sender, using)}
    if not known:
        return
    for role, names in ROLES.items():
        group, _created = Group.objects.using(using).get_or_create(name=role)
        held = set(group.permissions.filter(content_type__app_label=sender.label))
        wanted = {known[name] for name in names if name in known}
        group.permissions.remove(*(held - wanted))
        group.permissions.add(*(wanted - held))


def permissions_of(sender: AppConfig, using: str) -> Iterable[Permission]:
    return Permission.objects.using(using).filter(content_type__app_label=sender.label).select_related("content_type")
