"""How the desk's pages write ages, rates and states."""

from typing import Final

from django import template

register = template.Library()

_STATES: Final = {
    **dict.fromkeys(("open", "active", "met"), "good"),
    **dict.fromkeys(("post_only", "stale", "behind"), "warn"),
    **dict.fromkeys(
        ("halted", "fired", "locked", "frozen", "suspended", "blocked", "engaged", "unfinished", "off_boarded"), "bad"
    ),
}


@register.filter
def age(seconds: float | None) -> str:
    """Short enough for a column: 0.4 s, 12 s, 3 min, 5 h, 2 d."""
    if seconds is None:
        return "\N{EN DASH}"
    past = abs(seconds)
    sign = "\N{MINUS SIGN}" if seconds < -0.05 else ""
    for limit, unit, length in ((10, "s", 0), (100, "s", 1), (5_400, "min", 60), (172_800, "h", 3_600)):
        if past < limit:
            return f"{sign}{past:.1f} s" if not length else f"{sign}{past / length:.0f} {unit}"
    return f"{sign}{past / 86_400:.0f} d"


@register.filter
def millis(value: float | None) -> str:
    if value is None:
        return "\N{EN DASH}"
    return f"{value:,.1f} ms" if value < 100 else f"{value:,.0f} ms"


@register.filter
def rate(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


@register.filter
def count(value: int) -> str:
    return f"{value:,}"


@register.filter
def tone(state: str) -> str:
    """The class of a state's word: colour only where it means something."""
    return _STATES.get(state, "plain")


@register.filter
def words(state: str) -> str:
    return state.replace("_", "-")


@register.filter
def tail(key: str) -> str:
    """The end of a key's id, which is what tells it from others."""
    return f"\N{HORIZONTAL ELLIPSIS}{key[-6:]}"
