"""What happens around every page: the idle end of a session, and the language and numerals of its reader."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from .formats import activate_thai_numerals
from .navigation import door_of

GetResponse = Callable[[HttpRequest], HttpResponse]

ACTIVE_AT = "active_at"
# How stale the stored time may be, in seconds: one write of the session a minute is enough for an end after minutes.
_GRAIN = 60
# What is no longer than this, in characters, is typed again faster than it is copied.
_SHORT = 20


def is_background(request: HttpRequest) -> bool:
    """Whether the page sent this by itself: htmx names the element in HX-Trigger, and ours that poll begin `poll`."""
    return request.headers.get("HX-Trigger", "").startswith("poll")


def typed_text(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What somebody typed into the form he sent, as (field name, text), to be shown back to him.

    Passwords, tokens and what is too short to miss are left out.
    """
    for name, values in request.POST.lists():
        if "password" in name or name.startswith("csrf") or name in {"next", "secret", "receipt"}:
            continue
        yield from ((name, text) for text in values if len(text) > _SHORT)


def sign_in_url(back: str, ended: str = "", page: str = "account_login") -> str:
    """The sign-in page that leads back to `back`, saying why one is there (`idle`). page: the name of its address."""
    return f"{reverse(page)}?{urlencode({'next': back} | ({'ended': ended} if ended else {}))}"


def _page_of(request: HttpRequest) -> str:
    """The page a form was on (its own address may take nothing but forms); the landing page when that is unknown."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return reverse("landing")
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class IdleEndMiddleware:
    """Signs out who did nothing for `settings.IDLE_END`; keeps the pages of signed-in people out of the cache.

    What a page asks by itself keeps nobody signed in; typing does, for `session.js` reports it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End the session or mark it alive, then go on."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        active_at = request.session.get(ACTIVE_AT)
        if active_at is not None and now - active_at > settings.IDLE_END.total_seconds():
            return self._end(request)
        if active_at is None or (now - active_at >= _GRAIN and not is_background(request)):
            request.session[ACTIVE_AT] = now
        response = self.get_response(request)
        # On a shared computer "back" must not show a case after its reader has left.
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def _end(self, request: HttpRequest) -> HttpResponse:
        door = door_of(request.user)  # type: ignore[arg-type]  # only of who is signed in
        page = door.sign_in if door else "account_login"
        logout(request)
        if request.headers.get("HX-Request"):
            # The page stays, with what is typed on it; session.js says what happened and offers the way back in.
            response = HttpResponse(status=401)
            response["HX-Trigger"] = "signed-out"
            return response
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(sign_in_url(request.get_full_path(), "idle", page))
        context = {"typed": list(typed_text(request)), "sign_in_url": sign_in_url(_page_of(request), page=page)}
        response = render(request, "errors/signed_out.html", context, status=401)
        add_never_cache_headers(response)
        return response


class UserLanguageMiddleware:
    """The language the reader chose: in his profile, else by the switch (a cookie), else Thai.

    What the browser asks for is not followed: most Thai offices run browsers that ask for English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose, go on, and say in the answer which language it is in."""
        user = request.user
        wanted = user.language if user.is_authenticated else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            activate_thai_numerals(user.is_authenticated and user.thai_numerals)
            try:
                response = self.get_response(request)
            finally:
                activate_thai_numerals(False)
        response.headers.setdefault("Content-Language", language)
        return response
