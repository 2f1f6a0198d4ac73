"""The fields of the officers' forms that only complaints have: kinds, and people to give a complaint to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.candidates import Candidate
from complaints.models import ComplaintKind
from organisations.models import User


class KindField(forms.ModelChoiceField):
    """A kind of complaint: those that are offered, each under the kind it is part of."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Kind"))
        super().__init__(queryset=ComplaintKind.objects.filter(active=True), **kwargs)
        self.choices = self.grouped  # type: ignore[assignment]  # a callable is evaluated for every form

    def grouped(self) -> list[tuple[str, Any]]:
        """The choices: kinds that stand alone, and groups of those that are part of another."""
        rows = list(self.queryset)  # type: ignore[arg-type]
        parents = {row.parent_id for row in rows}
        groups: list[tuple[str, Any]] = [("", _("choose") if self.required else _("not decided yet"))]
        for top in (row for row in rows if row.parent_id is None):
            below = [(row.pk, row.name) for row in rows if row.parent_id == top.pk]
            # A kind that has sub-kinds can be chosen itself, where nobody can say more.
            groups.append((top.name, [(top.pk, top.name), *below]) if top.pk in parents else (top.pk, top.name))
        return groups


class CandidateField(forms.ModelChoiceField):
    """Who may be given the case, with what he has in hand already."""

    default_error_messages = {"invalid_choice": _("This person cannot take the case. Choose somebody else.")}

    def __init__(self) -> None:
        label = pgettext_lazy("to whom", "Who")
        super().__init__(queryset=User.objects.none(), label=label, empty_label=None, widget=forms.RadioSelect)

    def offer(self, people: Iterable[Candidate]) -> None:
        """Offer these people, in their order, and say who cannot take the case (never why)."""
        rows = list(people)
        able = [row for row in rows if row.able]
        self.queryset = User.objects.filter(pk__in=[row.user.pk for row in able])
        self.choices = [(row.user.pk, row.label) for row in able]
        unable = ", ".join(str(row.user) for row in rows if not row.able)
        if unable:
            self.help_text = _("Cannot take this case: %(names)s") % {"names": unable}
        elif not able:
            self.help_text = _("Nobody can take this case. Ask your administrator who holds the post of an officer.")
