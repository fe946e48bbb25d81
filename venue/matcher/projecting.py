"""Which projections the settings name."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from venue.projections import Projection


@cache
def projections() -> tuple[type[Projection], ...]:
    return tuple(import_string(name) for name in settings.PROJECTIONS)
