"""Pages for everybody, and how long a copy of them may be kept.

A file is made once in that time for all who ask (in each process): reading a thousand rows takes a second, and anybody
may ask. A page shows fifty rows at most, and is made for each visitor.
"""

import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from organisations import usage

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

KEEP_SECONDS = 300
"""Public pages and files may be this old: a crowd asks once, and a correction shows within minutes."""
LARGEST_KEPT = 4_000_000
"""Bytes of a file of which we keep a copy; with the entries of the cache `files` it bounds what all take."""


def published(view: View[P]) -> View[P]:
    """A page for everybody: read only, its use is counted; a visitor's browser, and for a file any cache on the way,
    keeps it a while."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        response, age = _kept(request)
        if response is None:
            response = view(request, *args, **kwargs)
            _keep(request, response)
        if response.status_code == 200:
            # A page carries the token of its visitor's language form, so it is his alone; a file carries nothing.
            whose = "private" if _is_page(response) else "public"
            patch_cache_control(response, max_age=KEEP_SECONDS - age, **{whose: True})
        usage.count(request, response)
        return response

    return require_safe(answer)


def _is_page(response: HttpResponse) -> bool:
    return response["Content-Type"].startswith("text/html")


def _key(request: HttpRequest) -> str:
    said = (request.get_host(), get_language() or "", request.get_full_path())
    return sha256("\n".join(said).encode()).hexdigest()


def _kept(request: HttpRequest) -> tuple[HttpResponse | None, int]:
    """The file as it was made a while ago, and how many seconds that is."""
    found = caches["files"].get(_key(request))
    if found is None:
        return None, 0
    made_at, content, headers = found
    return HttpResponse(content, headers=headers), min(int(time.time() - made_at), KEEP_SECONDS)


def _keep(request: HttpRequest, response: HttpResponse) -> None:
    if response.status_code == 200 and not response.streaming and not _is_page(response):
        content, headers = response.content, dict(response.items())
        if len(content) <= LARGEST_KEPT and not response.cookies:
            caches["files"].set(_key(request), (time.time(), content, headers), KEEP_SECONDS)
