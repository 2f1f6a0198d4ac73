"""Pages for everybody, and how long a copy of them may be kept."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from organisations import usage

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

KEEP_SECONDS = 300
"""Public pages and files may be this old: a crowd asks once, and a correction shows within minutes."""


def published(view: View[P]) -> View[P]:
    """A page for everybody: read only, its use is counted; a visitor's browser, and for a file any cache on the way,
    keeps it a while."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.user.is_authenticated:
            # A page carries the token of its visitor's language form, so it is his alone; a file carries nothing.
            whose = "private" if response["Content-Type"].startswith("text/html") else "public"
            patch_cache_control(response, max_age=KEEP_SECONDS, **{whose: True})
        usage.count(request, response)
        return response

    return require_safe(answer)
