"""Who may open which door of the admin, written down by hand: what the tests walk through, role by role.

A page that is in no table fails the test: whoever adds one says here whose it is.
"""

from typing import Final, NamedTuple

EVERYONE: Final = frozenset({"viewer", "onboarding", "risk", "market operations", "finance", "administrator"})
NOBODY: Final[frozenset[str]] = frozenset()
ONBOARDING: Final = frozenset({"onboarding"})
RISK: Final = frozenset({"risk"})
MARKET: Final = frozenset({"market operations"})
ADMINISTRATOR: Final = frozenset({"administrator"})
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
    "accounts_firm": Pages(add=ONBOARDING, change=ONBOARDING),
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
    "venue_market_move_reference": MARKET,
    "venue_market_edit_rules": MARKET,
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
VIEWS: Final[dict[str, frozenset[str]]] = {"venue_market_book": EVERYONE}

# Actions on chosen rows of a list.
ACTIONS: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("accounts_firm", "admit"): ONBOARDING,
    ("accounts_firm", "suspend"): SUSPENDERS,
    ("accounts_firm", "reinstate"): SUSPENDERS,
    ("accounts_firm", "off_board"): ONBOARDING,
    ("accounts_tradingaccount", "suspend"): SUSPENDERS,
    ("accounts_tradingaccount", "reinstate"): SUSPENDERS,
    ("accounts_apikey", "revoke"): ONBOARDING | RISK,
    ("accounts_tier", "delete_selected"): MARKET,
    ("accounts_colocationprofile", "delete_selected"): MARKET,
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
