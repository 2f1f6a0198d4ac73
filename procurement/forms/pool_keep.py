"""Forms by which the staff keep the pool: find, narrow, correct, train, and what happens to one citizen."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from procurement.models import Citizen, Consent
from procurement.pool import finding
from procurement.pool.eligibility import in_the_pool
from workflows.casepages.fields import ThaiDateField
from workflows.importing.reading import ENCODINGS

from .pool import BirthYearField, IdentityField, Line, PhoneField

_ALL = ("", _("all"))


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class PoolFilter(_Form):
    """The filter row of the list; every field is optional and narrows further."""

    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), to_field_name="code", required=False, empty_label=_("all")
    )
    status = forms.ChoiceField(label=_("Status"), choices=[_ALL, *Citizen.Status.choices], required=False)
    term = forms.ChoiceField(
        label=_("Term"), required=False, choices=[_ALL, ("ending", _("ends soon")), ("over", _("is over"))]
    )
    free = forms.ChoiceField(
        label=_("Can be drawn"), required=False, choices=[_ALL, ("yes", _("available now")), ("no", _("not now"))]
    )

    def __init__(self, data: Any, *, units: QuerySet[Unit]) -> None:
        super().__init__(data)
        field: Any = self.fields["unit"]
        field.queryset = units

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, citizens: "QuerySet[Citizen]") -> "QuerySet[Citizen]":
        """`citizens` narrowed by what is set; what cannot be read narrows nothing."""
        self.is_valid()
        wanted, today = self.cleaned_data, timezone.localdate()
        if unit := wanted.get("unit"):
            citizens = finding.of_unit(citizens, unit)
        if status := wanted.get("status"):
            citizens = citizens.filter(status=status)
        if term := wanted.get("term"):
            citizens = finding.ending(citizens, today) if term == "ending" else finding.term_over(citizens, today)
        if free := wanted.get("free"):
            here = in_the_pool(today).filter(person__active=True).exclude(away_until__gte=today).order_by().values("pk")
            citizens = citizens.filter(pk__in=here) if free == "yes" else citizens.exclude(pk__in=here)
        return citizens


class FindForm(_Form):
    """One person. Sent by POST: what is typed is personal and must not stand in an address."""

    words = Line(
        label=_("Name, network, code, identity number, telephone or e-mail"), max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip


class CorrectForm(_Form):
    """What is known of a citizen. Sealed fields are empty: what is typed there replaces what is on record."""

    name = Line(label=_("Name with its title"), max_length=200)
    unit = forms.ModelChoiceField(label=_("District where he lives"), queryset=Unit.objects.none())
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "–"), *Citizen.Sex.choices], required=False)
    birth_year = BirthYearField(required=False)
    position = Line(label=_("Occupation"), max_length=200, required=False)
    expertise = Line(label=_("What he knows well"), max_length=300, required=False)
    network = Line(label=_("Community or network that puts him forward"), max_length=200, required=False)
    most_seats = forms.IntegerField(label=_("Live seats at most"), min_value=0, max_value=50)
    id_number = IdentityField(required=False)
    phone = PhoneField(required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    former_names = Line(
        label=_("Former names"), max_length=300, required=False,
        help_text=_("For the conflict check: names he had before."),
    )  # fmt: skip

    SEALED = ("id_number", "phone", "email", "address", "former_names")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units

    def facts(self) -> dict[str, Any]:
        """For `actions.pool_records.correct`."""
        data = self.cleaned_data
        return {
            **{name: value for name, value in data.items() if name not in self.SEALED},
            "private": {name: data[name] for name in self.SEALED if data.get(name)},
        }


def first_of(citizen: Citizen) -> dict[str, Any]:
    """What `CorrectForm` shows at first."""
    person = citizen.person
    return {
        "name": person.name, "unit": person.unit, "position": person.position, "network": person.network,
        "most_seats": person.most_seats, "sex": citizen.sex, "birth_year": citizen.birth_year or "",
        "expertise": citizen.expertise,
    }  # fmt: skip


class ReasonForm(_Form):
    """Why."""

    reason = forms.CharField(label=_("Reasons"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ShowForm(_Form):
    """Why somebody needs to see sealed data."""

    reason = forms.CharField(
        label=_("What do you need it for?"), max_length=200, help_text=_("Stands in the log beside your name.")
    )


class LeaveForm(_Form):
    """The end of his time in the pool."""

    on = ThaiDateField(label=_("Last day"), initial=timezone.localdate)
    reason = forms.CharField(label=_("Why he leaves"), max_length=300, required=False)


class AwayForm(_Form):
    """Until when he cannot be chosen."""

    until = ThaiDateField(label=_("Not available until"), required=False, help_text=_("Empty: available now."))


class TermForm(_Form):
    """His term in the pool."""

    term_from = ThaiDateField(label=_("Term from"))
    term_to = ThaiDateField(label=_("Last day of the term"), required=False)


class TrainingForm(_Form):
    """A training in which one or several took part."""

    name = Line(label=_("Training"), max_length=300)
    held_on = ThaiDateField(label=_("Held on"), initial=timezone.localdate)
    score = forms.IntegerField(label=_("Score, percent"), min_value=0, max_value=100, required=False)
    passed = forms.BooleanField(label=_("Passed"), required=False, initial=True)


class ConsentForm(_Form):
    """What he agreed to on paper, or takes back."""

    purpose = forms.ChoiceField(choices=Consent.Purpose.choices)


class UploadForm(_Form):
    """A list of applicants as CSV."""

    unit = forms.ModelChoiceField(
        label=_("District of the rows that name none"), queryset=Unit.objects.none(), required=False, empty_label="–"
    )
    file = forms.FileField(label=_("List as CSV"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}))
    encoding = forms.ChoiceField(
        label=_("Encoding"), required=False,
        choices=[("", _("found out from the file")), *((name, name.upper()) for name in ENCODINGS)],
    )  # fmt: skip
    dry_run = forms.BooleanField(label=_("Only look: report what would happen and write nothing"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], most_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset, self.most_bytes = units, most_bytes

    def clean_file(self) -> UploadedFile:
        """Raises ValidationError for a file that is too large to be one of these lists."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > self.most_bytes:
            told = gettext("The file is larger than %(kilobytes)d KB. Import it in parts.")
            raise forms.ValidationError(told % {"kilobytes": self.most_bytes // 1024})
        return upload
