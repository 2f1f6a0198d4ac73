"""Reference data of the organisation: units and their place in the tree, posts, who holds them, and people."""

from typing import Any

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.actions import rebuild_reach
from organisations.forms import LEAVE_OVERLAPS
from organisations.models import Holding, Leave, Post, Role, Unit, UnitLink, User
from organisations.reference_data import CommonEraForm, ReferenceData


class _MovesTree(ReferenceData):
    """A table from which the reach of units is derived."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then flatten the trees anew."""
        super().save_model(request, obj, form, change)
        rebuild_reach()


@admin.register(Unit)
class UnitAdmin(_MovesTree):
    """Units. One that has ended is closed by its date; its row stays."""

    list_display = ["name_th", "code", "kind", "area_code", "founded_on", "closed_on"]
    list_filter = ["kind"]
    search_fields = ["name_th", "name_en", "code"]


class UnitLinkForm(CommonEraForm):
    """A place in the tree, refused where it would make a unit stand under itself."""

    class Meta:
        model = UnitLink
        fields = ["axis", "child", "parent", "valid"]

    def clean(self) -> dict[str, Any]:
        """Walk upwards from the parent along the axis, whatever the dates: a ring is never meant."""
        cleaned = super().clean() or {}
        child, parent, axis = (cleaned.get(name) for name in ("child", "parent", "axis"))
        if not (child and parent and axis):
            return cleaned
        links = UnitLink.objects.filter(axis=axis).exclude(pk=self.instance.pk)
        seen, level = {parent.pk}, {parent.pk}
        while level:
            if child.pk in level:
                raise ValidationError({"parent": _("This unit already stands under the other one.")})
            level = set(links.filter(child__in=level).values_list("parent_id", flat=True)) - seen
            seen |= level
        return cleaned


@admin.register(UnitLink)
class UnitLinkAdmin(_MovesTree):
    """Under whom a unit stands. A move is a last day here and a new row; the reach follows at once."""

    form = UnitLinkForm
    list_display = ["child", "axis", "parent", "valid"]
    list_filter = ["axis"]
    list_select_related = ["child", "parent"]
    search_fields = ["child__name_th", "child__code", "parent__name_th", "parent__code"]
    autocomplete_fields = ["child", "parent"]


class PostForm(CommonEraForm):
    """A post with its roles as boxes to tick."""

    roles = forms.MultipleChoiceField(
        label=_("roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Post
        fields = ["unit", "title_th", "title_en", "roles", "valid"]


class HoldingInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who holds the post, from when to when."""

    model = Holding
    form = CommonEraForm
    formfield_overrides = ReferenceData.formfield_overrides
    autocomplete_fields = ["user"]
    extra = 1
    can_delete = False
    has_view_permission = has_change_permission = ReferenceData.has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """As for the whole site."""
        return self.has_view_permission(request)


@admin.register(Post)
class PostAdmin(ReferenceData):
    """Posts and their roles: rights belong to posts."""

    form = PostForm
    inlines = [HoldingInline]
    list_display = ["title_th", "unit", "roles", "valid"]
    list_select_related = ["unit"]
    search_fields = ["title_th", "title_en", "unit__name_th", "unit__code"]
    autocomplete_fields = ["unit"]


@admin.register(Holding)
class HoldingAdmin(ReferenceData):
    """Who holds which post. Who leaves gets a last day; the row stays."""

    list_display = ["user", "post", "deputy", "valid"]
    list_select_related = ["user", "post__unit"]
    search_fields = ["user__username", "user__name_th", "post__title_th", "post__unit__name_th"]
    autocomplete_fields = ["user", "post"]


class LeaveForm(CommonEraForm):
    """A leave, refused where the person has one already on some of the days."""

    class Meta:
        model = Leave
        fields = ["user", "deputy", "valid"]

    def clean(self) -> dict[str, Any]:
        """One leave a day, and nobody stands in for himself."""
        cleaned = super().clean()
        user, deputy, valid = (cleaned.get(name) for name in ("user", "deputy", "valid"))
        if user and user == deputy:
            self.add_error("deputy", _("Nobody stands in for himself. Choose somebody else."))
        if user and valid:
            others = Leave.objects.filter(user=user, valid__overlap=valid).exclude(pk=self.instance.pk)
            if others.exists():
                self.add_error("valid", LEAVE_OVERLAPS)
        return cleaned


@admin.register(Leave)
class LeaveAdmin(ReferenceData):
    """Who is away and who stands in. People enter their own; here one is corrected, or deleted if it never was."""

    may_delete = True
    form = LeaveForm
    list_display = ["user", "deputy", "valid"]
    list_select_related = ["user", "deputy"]
    search_fields = ["user__username", "user__name_th", "deputy__username", "deputy__name_th"]
    autocomplete_fields = ["user", "deputy"]


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new account."""

    class Meta:
        model = User
        fields = ["username", "name_th", "name_en"]


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    """An account."""

    class Meta:
        model = User
        fields = ["username", "name_th", "name_en", "email", "language", "thai_numerals", "is_active"]


@admin.register(User)
class PersonAdmin(ReferenceData, UserAdmin):
    """People who sign in. Who leaves is deactivated, never deleted: the ledger and the tasks point at him."""

    form, add_form = PersonForm, NewPersonForm
    list_display = ["username", "name_th", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "name_th", "name_en"]
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        (_("Person"), {"fields": ["name_th", "name_en", "email", "language", "thai_numerals"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name_th", "name_en", "usable_password", "password1", "password2"]})
    ]
    actions = ["lift_lock"]

    @admin.action(description=_("Lift the lock after wrong passwords"))
    def lift_lock(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Let these people try their passwords again before their locks end."""
        people = list(queryset)
        for person in people:
            reset(username=person.get_username())
        said = ngettext("%(count)d person may try again.", "%(count)d people may try again.", len(people))
        messages.success(request, said % {"count": len(people)})
