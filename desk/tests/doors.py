"""Who may open which door of the admin, written down by hand: what the tests walk through, role by role.

A page that is in no table fails the test: whoever adds one says here whose it is.
"""

from typing import Final, NamedTuple

EVERYONE: Final = frozenset({"viewer", "onboarding", "risk", "market operations", "finance", "administrator"})
NOBODY: Final[frozenset[str]] = frozenset()
ONBOARDING: Final = frozenset({"onboarding"})
RISK: Final = frozenset({"risk"})
MARKET: Final = frozenset({"market operations"})
FINANCE: Final = frozenset({"finance"})
ADMINISTRATOR: Final = frozenset({"administrator"})
PAPERS: Final = ONBOARDING | RISK | ADMINISTRATOR
EXPORTERS: Final = EVERYONE - {"viewer"}
SUSPENDERS: Final = RISK | MARKET


class Pages(NamedTuple):
    """Of a model: who sees its list and its rows, who adds, changes and deletes them, who exports."""

    view: frozenset[str] = EVERYONE
    add: frozenset[str] = NOBODY
    change: frozenset[str] = NOBODY
    delete: frozenset[str] = NOBODY
    export: frozenset[str] | None = EXPORTERS


MODELS: Final[dict[str, Pages]] = {
    "accounts_application": Pages(view=PAPERS, export=PAPERS),
    "accounts_firm": Pages(change=ONBOARDING),
    "accounts_tradingaccount": Pages(add=ONBOARDING, change=ONBOARDING),
    "accounts_apikey": Pages(add=ONBOARDING, change=ONBOARDING),
    "accounts_tier": Pages(add=MARKET, change=MARKET, delete=MARKET),
    "accounts_colocationprofile": Pages(add=MARKET, change=MARKET, delete=MARKET),
    "accounts_session": Pages(),
    "venue_market": Pages(),
    "venue_order": Pages(),
    "venue_trade": Pages(),
    "venue_position": Pages(),
    "venue_accountlimits": Pages(),
    "venue_firmstanding": Pages(),
    "venue_feerates": Pages(),
    "venue_disconnect": Pages(),
    "venue_disconnectfiring": Pages(),
    "venue_protection": Pages(),
    "venue_protectiontrigger": Pages(),
    "venue_command": Pages(),
    "venue_executionreport": Pages(),
    "venue_shard": Pages(),
    "quotes_quote": Pages(),
    "mmapi_accountlocks": Pages(),
    "mmapi_consumer": Pages(),
    "mmapi_obligationprogramme": Pages(add=MARKET),
    "mmapi_feeschedule": Pages(EVERYONE, FINANCE, FINANCE, FINANCE, None),
    "mmapi_programme": Pages(EVERYONE, FINANCE, FINANCE, FINANCE, None),
    "mmapi_membership": Pages(EVERYONE, FINANCE, FINANCE, NOBODY, None),  # what had rates is ended, not deleted
    "mmapi_assignment": Pages(),
    "mmapi_ledgeraccount": Pages(),
    "mmapi_ledgerentry": Pages(),
    "mmapi_statement": Pages(),
    "desk_killswitch": Pages(),
    "staff_auditentry": Pages(
        view=frozenset({"viewer", "risk", "administrator"}), export=frozenset({"risk", "administrator"})
    ),
    "staff_staffsession": Pages(view=ADMINISTRATOR, export=ADMINISTRATOR),
    "auth_user": Pages(ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, NOBODY, ADMINISTRATOR),
    "auth_group": Pages(view=ADMINISTRATOR, export=None),
}

# Operations on one row: who is shown the form, and may send it.
OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "venue_market_halt": MARKET,
    "venue_market_resume": MARKET,
    "venue_market_post_only": MARKET,
    "venue_market_close": MARKET,
    "venue_market_cancel_all": MARKET,
    "venue_market_move_reference": MARKET,
    "venue_market_edit_rules": MARKET,
    **{
        f"accounts_application_{step}": ONBOARDING
        for step in ("take_up", "check_item", "ask", "recommend", "approve", "send_back", "refuse")
    },
    "accounts_application_sandbox_key": ONBOARDING,
    "accounts_application_new_link": ONBOARDING,
    "mmapi_obligationprogramme_declare": MARKET,
    "mmapi_obligationprogramme_end_state": MARKET,
    "mmapi_obligationprogramme_set_terms": MARKET,
    "mmapi_obligationprogramme_join": MARKET,
    "mmapi_obligationprogramme_leave": MARKET,
    "accounts_firm_suspend_firm": SUSPENDERS,
    "accounts_firm_reinstate_firm": SUSPENDERS,
    "accounts_firm_off_board_firm": ONBOARDING,
    "accounts_tradingaccount_suspend_account": SUSPENDERS,
    "accounts_tradingaccount_reinstate_account": SUSPENDERS,
    "accounts_tradingaccount_risk_limits": RISK,
    "accounts_tradingaccount_position_limit": RISK,
    "auth_user_reset_two_factor": ADMINISTRATOR,
    "auth_user_sign_out": ADMINISTRATOR,
    "auth_user_unlock": ADMINISTRATOR,
    "auth_user_password_change": ADMINISTRATOR,
}

# Further pages of one row that only show something.
VIEWS: Final[dict[str, frozenset[str]]] = {
    "venue_market_live": EVERYONE,
    "accounts_firm_live": EVERYONE,
    "mmapi_obligationprogramme_panel": EVERYONE,
    "mmapi_statement_print": EVERYONE,
    "mmapi_statement_printable": EVERYONE,
    "mmapi_statement_as_csv": EVERYONE,
    "mmapi_statement_as_json": EVERYONE,
}
# Further pages that are of no row.
PAGES: Final[dict[str, frozenset[str]]] = {
    "mmapi_programme_volumes": FINANCE,
    "mmapi_volume_report": FINANCE,
    "mmapi_statement_issue": FINANCE,
    "mmapi_statement_issue_one": FINANCE,
}
# Files, by a row and what of it; each has a test of its own.
FILES: Final[dict[str, tuple[str, ...]]] = {"accounts_application_document": ("1",), "mmapi_statement_file": ("csv",)}

# Actions on chosen rows of a list.
ACTIONS: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("accounts_firm", "reinstate"): SUSPENDERS,
    ("accounts_tradingaccount", "reinstate"): SUSPENDERS,
    ("accounts_apikey", "revoke"): ONBOARDING | RISK,
    ("accounts_tier", "delete_selected"): MARKET,
    ("accounts_colocationprofile", "delete_selected"): MARKET,
    ("mmapi_feeschedule", "delete_selected"): FINANCE,
    ("mmapi_programme", "delete_selected"): FINANCE,
}

# Pages of the site: for whoever is signed in.
SITE: Final = frozenset(
    {
        *("index", "search", "own_sign_in", "recovery_codes", "sign_out_everywhere", "password_change"),
        *("password_change_done", "jsi18n", "autocomplete", "app_list", "view_on_site"),
    }
)
# Before somebody is in.
THRESHOLD: Final = frozenset({"login", "logout", "two_factor", "enrol"})
