"""Adding members to a draft: several people of the list at once, or somebody who is not in the list yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from procurement.actions.people import add_person
from procurement.candidates import Candidate, candidates
from procurement.models import Member, Person
from procurement.queries import units_planned_by
from workflows.casepages.forms import field_of

from .several import SeveralForm

DUTIES = [("", _("not chosen")), *Member.Duty.choices]
_ORDER = {duty: place for place, duty in enumerate(Member.Duty.values)}
_NOMINATION = _("Why nominated")


@dataclass(frozen=True)
class PersonRow:
    """A candidate with his fields; without them where he is not offered."""

    candidate: Candidate
    duty: forms.BoundField | None
    nomination: forms.BoundField | None


@dataclass(frozen=True)
class PersonList:
    """The candidates of one standing."""

    title: str
    rows: list[PersonRow]
    more: bool


class AddMembersForm(SeveralForm):
    """A duty beside each person who is to be added; who has none is not. Works without a script: the button of the
    search sends the form to be shown again, with what was chosen kept."""

    body_template = "procurement/committee_form_add.html"

    q = forms.CharField(
        label=_("Search by name, position or network"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "autofocus": True}),
    )
    new_standing = forms.ChoiceField(
        label=_("Sits as"), choices=Person.Standing.choices, required=False, widget=forms.RadioSelect
    )
    new_name = forms.CharField(
        label=_("Name with its title"),
        required=False,
        max_length=200,
        help_text=_("As it stands in an order."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    new_position = forms.CharField(label=_("Position or occupation"), required=False, max_length=200)
    new_network = forms.CharField(
        label=_("Community or network"),
        required=False,
        max_length=200,
        help_text=_("By which a citizen was put forward."),
    )
    new_unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=None,
        help_text=_("Where an official works; in whose area a citizen lives."),
    )
    new_duty = forms.ChoiceField(label=_("Duty"), choices=DUTIES, required=False)
    new_nomination = forms.CharField(
        label=_NOMINATION, required=False, max_length=500, help_text=_("For a citizen who was not drawn.")
    )
    new_namesake = forms.BooleanField(label=_("This is somebody else of the same name"), required=False)

    NEW = ("new_standing", "new_name", "new_position", "new_network", "new_unit", "new_duty", "new_nomination")

    def prepare(self) -> None:
        """The people whom the search finds, and those for whom a duty was chosen already."""
        words = str(self.data.get("q", "") if self.is_bound else "")
        chosen = self.sent("duty")
        self.lists = candidates(self.case.committee, self.user, words=words, chosen=chosen)
        self.people = {row.person.pk: row for part in self.lists for row in part.rows}
        defaults: dict[str, Any] = {}
        for row in self.people.values():
            if not row.reason:
                self._offer(row, defaults)
        unit = field_of(self, "new_unit")
        unit.queryset = Unit.objects.filter(pk__in=[self.case.unit_id]) | units_planned_by(self.user)
        self.initial.setdefault("new_unit", self.case.unit_id)
        if self.asks_for_more:
            self.keep_defaults(defaults)
        self.gone = [pk for pk in chosen if pk not in self.people]

    def _offer(self, row: Candidate, defaults: dict[str, Any]) -> None:
        pk = row.person.pk
        self.choice(f"duty-{pk}", _("Duty of %(name)s") % {"name": row.person.name}, DUTIES)
        if row.is_citizen:
            name = f"nomination-{pk}"
            label = gettext("Why %(name)s is nominated") % {"name": row.person.name}
            self.fields[name] = forms.CharField(label=label, max_length=500, required=False)
            if row.person.network:
                defaults[name] = gettext("Put forward by %(network)s") % {"network": row.person.network}
                self.initial.setdefault(name, defaults[name])

    # --- What the page draws ------------------------------------------------------------------------------------------
    @property
    def tables(self) -> list[PersonList]:
        """The candidates with their fields, officials first."""
        titles = {Person.Standing.OFFICIAL: gettext("Officials"), Person.Standing.CITIZEN: gettext("Citizens")}
        return [
            PersonList(titles[part.standing], [self._row(row) for row in part.rows], part.more) for part in self.lists
        ]

    def _row(self, row: Candidate) -> PersonRow:
        def field(what: str) -> forms.BoundField | None:
            name = f"{what}-{row.person.pk}"
            return self[name] if name in self.fields else None

        return PersonRow(row, field("duty"), field("nomination"))

    @property
    def found(self) -> int:
        """How many people the lists hold."""
        return len(self.people)

    @property
    def new_fields(self) -> list[forms.BoundField]:
        """The fields of somebody new, without the unit where there is only one to choose."""
        names = [name for name in self.NEW if name != "new_unit" or field_of(self, name).queryset.count() > 1]
        return [self[name] for name in names]

    @property
    def asks_namesake(self) -> bool:
        """Whether the name of somebody new is known already."""
        return bool(self.data.get("new_namesake")) or self.has_error("new_name", "known")

    @property
    def new_is_open(self) -> bool:
        """Whether something was entered about somebody new, or nobody else was found."""
        typed = any(self.data.get(name) for name in self.NEW if name != "new_unit") if self.is_bound else False
        return typed or not any(not row.reason for row in self.people.values())

    # --- What is checked ----------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Somebody is chosen, each of them is offered, and a citizen has his nomination."""
        super().clean()
        chosen = self._chosen()
        if self.gone:
            raise forms.ValidationError(gettext("Somebody you chose cannot be chosen here. Search for him again."))
        for pk in self.sent("duty"):
            row = self.people[pk]
            if row.reason:
                words = {"name": row.person.name, "reason": row.reason}
                self.add_error(None, gettext("%(name)s is not offered: %(reason)s") % words)
        if not chosen and not self.cleaned_data.get("new_name"):
            if any(self.data.get(name) for name in ("new_standing", "new_position", "new_network", "new_duty")):
                self.add_error("new_name", gettext("Write the name with its title, as it stands in an order."))
            elif not self.errors:
                raise forms.ValidationError(gettext("Choose a duty beside at least one person, or enter somebody new."))
        for row, _duty in chosen:
            name = f"nomination-{row.person.pk}"
            if row.is_citizen and not self.cleaned_data.get(name, "").strip() and name not in self.errors:
                self.add_error(name, gettext("Say why this citizen is nominated."))
        if self.cleaned_data.get("new_name"):
            self._check_new()
        return self.cleaned_data

    def _check_new(self) -> None:
        given = self.cleaned_data
        if not given.get("new_standing"):
            self.add_error("new_standing", gettext("Say whether he sits as an official or as a citizen."))
        if not given.get("new_duty"):
            self.add_error("new_duty", gettext("Choose the duty."))
        if given.get("new_standing") == Person.Standing.CITIZEN and not given.get("new_nomination", "").strip():
            self.add_error("new_nomination", gettext("Say why this citizen is nominated."))
        unit = given.get("new_unit") or self.case.unit
        known = Person.objects.filter(name=" ".join(given["new_name"].split()), unit=unit)
        if not given.get("new_namesake") and known.exists():
            sentence = gettext("Somebody of this name is known here. Search for him, or say that he is another.")
            self.add_error("new_name", forms.ValidationError(sentence, code="known"))

    def _chosen(self) -> list[tuple[Candidate, str]]:
        """Who gets which duty: the chair first, then in the order of the lists."""
        rows = [(row, self.cleaned_data.get(f"duty-{pk}") or "") for pk, row in self.people.items()]
        return sorted(((row, duty) for row, duty in rows if duty), key=lambda pair: _ORDER[pair[1]])

    # --- What is done -------------------------------------------------------------------------------------------------
    def steps(self) -> Iterator[dict[str, Any]]:
        """Those of the list, then who is new; he is written when his turn comes."""
        given = self.cleaned_data
        later = []
        for row, duty in self._chosen():
            facts = {"person": row.person, "duty": duty, "nomination": given.get(f"nomination-{row.person.pk}", "")}
            if duty == Member.Duty.SECRETARY:
                later.append(facts)  # stands last in the order
            else:
                yield facts
        if given.get("new_name"):
            person = add_person(
                unit=given.get("new_unit") or self.case.unit,
                standing=given["new_standing"],
                name=given["new_name"],
                position=given.get("new_position", ""),
                network=given.get("new_network", ""),
                by=self.user,
            )
            yield {"person": person, "duty": given["new_duty"], "nomination": given.get("new_nomination", "")}
        yield from later

    def place_of(self, facts: dict[str, Any], refused: str) -> str:
        """Beside the duty or the nomination of the person who was refused."""
        what = "nomination" if refused == "nomination_has_its_reason" else "duty"
        name = f"{what}-{facts['person'].pk}"
        return name if name in self.fields else f"new_{what}"
