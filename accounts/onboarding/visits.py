"""How often one address may send a form of the public pages, counted in Redis by the hour."""

from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_network
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.connections import redis_client, redis_name
from accounts.networks import client_address

HOUR: Final = 3_600
View = Callable[..., HttpResponse]


def bounded(what: str, most: int, *methods: str) -> Callable[[View], View]:
    """Answers 429 with Retry-After to who came more often than `most` times within the hour, by these methods."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods and (wait := count(what, request, most)):
                page = render(request, "onboarding/too_many.html", {"minutes": -(-wait // 60)}, status=429)
                page["Retry-After"] = str(wait)
                return page
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def count(what: str, request: HttpRequest, most: int) -> int:
    """0, or the seconds until the hour is over. Raises RedisError: who cannot be counted is not let in."""
    name = redis_name("visits", what, visitor(request))
    with redis_client().pipeline(transaction=True) as pipeline:
        pipeline.set(name, 0, ex=HOUR, nx=True)
        pipeline.incr(name)
        pipeline.ttl(name)
        _, seen, left = pipeline.execute()
    return max(1, left) if seen > most else 0


def visitor(request: HttpRequest) -> str:
    """The address; of IPv6 the /64, of which one household or server has all."""
    address = client_address(request.META)
    if address is None:
        raise PermissionDenied
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
