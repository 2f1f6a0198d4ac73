"""Reference data of the organisation: units and their place in the tree, posts, who holds them, and people."""

from typing import Any

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
from organisations.known_browsers import forget_failures
from organisations.models import Holding, Leave, Post, Role, Unit, UnitLink, User
from organisations.reference_data import CommonEraForm, ReferenceData
from organisations.signals import staff_changed


class _MovesTree(ReferenceData):
    """A table from which the reach of units is derived."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then flatten the trees anew."""
        super().save_model(request, obj, form, change)
        rebuild_reach()
        staff_changed.send(sender=type(self), users=None)


class UnitForm(CommonEraForm):
    """A unit; who takes over from it is another one, which does not lead back to it."""

    class Meta:
        model = Unit
        fields = ["code", "name_th", "name_en", "kind", "area_code", "founded_on", "closed_on", "successor"]

    def clean(self) -> dict[str, Any]:
        """Walk from unit to unit that takes over."""
        cleaned = super().clean()
        heir, closed_on = cleaned.get("successor"), cleaned.get("closed_on")
        if heir is None:
            return cleaned
        if closed_on is None:
            self.add_error("closed_on", _("Say from which day on the other unit takes over."))
        seen: set[int] = set()
        while heir is not None and heir.pk not in seen:
            if heir.pk == self.instance.pk:
                raise ValidationError({"successor": _("This unit would take over from itself.")})
            seen.add(heir.pk)
            heir = heir.successor
        return cleaned


@admin.register(Unit)
class UnitAdmin(_MovesTree):
    """Units. One that has ended is closed by its date, and its cases go to whom it names; its row stays."""

    form = UnitForm
    autocomplete_fields = ["successor"]
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


class _ChangesHands(ReferenceData):
    """A table from which it follows who may have what in hand."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save all of it, then let what is now in the wrong hands go back to its unit."""
        super().save_related(request, form, formsets, change)
        staff_changed.send(sender=type(self), users=self.concerned(form))

    def concerned(self, form: Any) -> frozenset[int] | None:  # noqa: ARG002 - for subclasses
        """The keys of the people whose rights follow from the row; None where it may be anybody."""
        return None


@admin.register(Post)
class PostAdmin(_ChangesHands):
    """Posts and their roles: rights belong to posts."""

    form = PostForm
    inlines = [HoldingInline]
    list_display = ["title_th", "unit", "roles", "valid"]
    list_select_related = ["unit"]
    search_fields = ["title_th", "title_en", "unit__name_th", "unit__code"]
    autocomplete_fields = ["unit"]


@admin.register(Holding)
class HoldingAdmin(_ChangesHands):
    """Who holds which post. Who leaves gets a last day; the row stays."""

    list_display = ["user", "post", "deputy", "valid"]
    list_select_related = ["user", "post__unit"]
    search_fields = ["user__username", "user__name_th", "post__title_th", "post__unit__name_th"]
    autocomplete_fields = ["user", "post"]

    def concerned(self, form: Any) -> frozenset[int]:
        """Who holds it now, and who was entered before."""
        return frozenset(filter(None, (form.instance.user_id, form.initial.get("user"))))


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
        fields = ["username", "name_th", "name_en", "email", "language", "thai_numerals", "last_day", "is_active"]


@admin.register(User)
class PersonAdmin(_ChangesHands, UserAdmin):
    """People who sign in. Who leaves is deactivated, never deleted: the ledger and the tasks point at him.

    Nothing holds that up: what he has in hand goes back to its unit in the same moment (`staff_changed`).
    """

    form, add_form = PersonForm, NewPersonForm
    list_display = ["username", "name_th", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "name_th", "name_en"]
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active", "last_day"]}),
        (_("Person"), {"fields": ["name_th", "name_en", "email", "language", "thai_numerals"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name_th", "name_en", "usable_password", "password1", "password2"]})
    ]
    actions = ["lift_lock"]

    def concerned(self, form: Any) -> frozenset[int]:
        """Himself."""
        return frozenset({form.instance.pk})

    @admin.action(description=_("Lift the lock after wrong passwords"))
    def lift_lock(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Let these people try their passwords again before their locks end."""
        people = list(queryset)
        for person in people:
            forget_failures(person)
        said = ngettext("%(count)d person may try again.", "%(count)d people may try again.", len(people))
        messages.success(request, said % {"count": len(people)})
