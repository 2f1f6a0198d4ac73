"""The administrator's pages: Django's admin, for reference data only, open to the role administrator.

Cases, ledger, clocks and evidence never come here: a case changes by `perform()` and in no other way, and an
administrator of the system reads no case.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.forms import RangeWidget
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organisations.accounts import RoleNeeded
from organisations.models import Role, User
from organisations.queries import roles_of

_BUDDHIST_YEARS = 2400


def is_administrator(user: Any) -> bool:
    """Whether `user` keeps the reference data: by a post with the role administrator, or as the first superuser."""
    return isinstance(user, User) and user.is_active and (user.is_superuser or Role.ADMINISTRATOR in roles_of(user))


def administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view through for administrators; who is signed in and is none hears which role has it."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_administrator(request.user):
            raise RoleNeeded(Role.ADMINISTRATOR)
        return view(request, *args, **kwargs)

    return login_required(checked)


class CommonEraForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that refuses a year of the Buddhist Era in a date: 2569 would be a day five centuries ahead."""

    def clean(self) -> dict[str, Any]:
        """Look at every date and at both ends of every range."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            ends = (value.lower, value.upper) if isinstance(value, DateRange) else (value,)
            if any(isinstance(day, date) and day.year >= _BUDDHIST_YEARS for day in ends):
                self.add_error(name, _("Write the year of the Common Era, for example 2026 for 2569."))
        return cleaned


class ReferenceData(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table of reference data: whoever reaches the site may edit it; what others may refer to is never deleted."""

    may_delete = False
    form = CommonEraForm
    formfield_overrides = {DateRangeField: {"widget": RangeWidget(AdminDateWidget())}}
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """See `ReferenceDataSite.has_permission`."""
        return is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """As for the whole site."""
        return is_administrator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for the whole site."""
        return is_administrator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """As for the whole site."""
        return is_administrator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """Only where the table says so: the rest ends by a date or a tick."""
        return self.may_delete and is_administrator(request.user)


class ReferenceDataSite(admin.AdminSite):
    """The site. It takes tables of ours only: what other packages register for themselves stays out."""

    site_title = site_header = _("Reference data")
    index_title = _("What the rules of this system refer to")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """The role administrator; `is_staff` says nothing here."""
        return is_administrator(request.user)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only tables kept by a `ReferenceData`; Viewflow, axes, allauth and procrastinate bring others."""
        if admin_class is not None and issubclass(admin_class, ReferenceData):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """Our own sign-in, with its lock-out. Raises RoleNeeded for somebody who is signed in without the role."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise RoleNeeded(Role.ADMINISTRATOR)
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:index"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Our own way out."""
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ARG002
        """Our own page for one's password."""
        return HttpResponseRedirect(reverse("account_change_password"))
