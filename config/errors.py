"""The pages for what went wrong: what happened, what was kept, what to do. Named by `config.urls` and by settings."""

import logging
import secrets
import sys
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from psycopg_pool import PoolTimeout, TooManyRequests

from organisations.accounts import RoleNeeded, role_words, who_has
from organisations.middleware import typed_text
from organisations.models import Role

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400: what was sent cannot be read, or is larger than a form may be."""
    return render(request, "errors/400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404: the same words whether a case is not there or may not be seen, so that the answer betrays nothing."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: which role has the function, and who near the reader holds it."""
    roles = exception.roles if isinstance(exception, RoleNeeded) else ()
    context: dict[str, Any] = {"roles": role_words(roles)}
    if request.user.is_authenticated:
        context["holders"] = who_has(request.user, roles) if roles else []
        context["administrators"] = who_has(request.user, [Role.ADMINISTRATOR])
    return render(request, "errors/403.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was older than the sign-in, or cookies are off. Gives back what was typed, to be copied.

    It does not offer to send it again by one click: another site could have filled the form.
    """
    logger.warning("form refused: %s", reason)
    response = render(request, "errors/403_csrf.html", {"typed": list(typed_text(request))}, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a number to quote, which stands in the log beside the error; 503 when only the database was too busy.

    Rendered without the request: whatever broke may be what the page's context needs, the database first of all.
    """
    if any(isinstance(error, PoolTimeout | TooManyRequests) for error in _causes(sys.exc_info()[1])):
        return busy(request)
    number = f"{secrets.randbelow(10**4):04}-{secrets.randbelow(10**4):04}"
    view = request.resolver_match.view_name if request.resolver_match else "-"
    # Type and view only: the message of an error can carry what a citizen wrote.
    kind = sys.exc_info()[0]
    logger.error("error %s: %s in %s", number, kind.__name__ if kind else "?", view)
    return HttpResponse(_plain("errors/500.html", number=number), status=500)


def busy(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """503: no database connection came free in time; try again shortly."""
    return HttpResponse(_plain("errors/503.html"), status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _plain(template: str, **context: Any) -> str:
    return render_to_string(template, {**context, "LANGUAGE_CODE": translation.get_language()})
