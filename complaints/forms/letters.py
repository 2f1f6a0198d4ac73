"""The forms of the steps of an official letter."""

from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from complaints.letters import stages
from complaints.letters.addressing import may_see_addressee, usual_addressee
from complaints.letters.carried import Carried, carried_texts
from complaints.letters.registers import letterhead_of, register_of
from complaints.letters.signing import signatories
from complaints.letters.wording import usual_subject
from complaints.models import ComplaintCase, Letter
from complaints.rules import may_see_contact
from organisations.formats import beginning, write_date
from organisations.models import Holding
from workflows.casepages.fields import EvidenceField, ThaiDateField, text_field
from workflows.casepages.forms import EdgeForm, field_of

_BEGINNING = 60


def _lines(label: Any, help_text: Any = "", rows: int = 2) -> forms.CharField:
    """A few lines that are not obliged to be there."""
    return forms.CharField(
        label=label, required=False, max_length=1000, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class _LetterField(forms.ModelChoiceField):
    """A letter of the case at some stage, by its number and subject."""

    def __init__(self) -> None:
        super().__init__(queryset=Letter.objects.none(), label=_("Letter"), empty_label=None, widget=forms.RadioSelect)

    def offer(self, case: ComplaintCase, stage: stages.Stage) -> None:
        """Offer those of `case` that are at `stage`, the newest first."""
        self.queryset = case.letters.filter(**stage).order_by("-pk")
        self.label_from_instance = lambda row: " · ".join(filter(None, (row.number, row.read_head(case).subject)))


class _SignatoryField(forms.ModelChoiceField):
    """Who signs, by the post he holds."""

    def __init__(self, empty: Any) -> None:
        super().__init__(queryset=Holding.objects.none(), label=_("Signed by"), required=False, empty_label=empty)

    def offer(self, people: list[Holding]) -> None:
        """Offer these, in their order."""
        self.queryset = Holding.objects.filter(pk__in=[row.pk for row in people])
        self.choices = [("", self.empty_label), *((row.pk, self._label(row)) for row in people)]

    def _label(self, row: Holding) -> str:
        for_post = _("signs for: %(post)s") % {"post": row.post.title} if row.deputy else row.post.title
        return f"{row.user} · {for_post}"


class _Despatch(forms.Form):
    """When and how it goes out."""

    despatched_on = ThaiDateField(label=_("Despatched on"), required=False)
    way = forms.ChoiceField(
        label=_("How it goes out"), required=False, choices=[("", _("choose")), *Letter.Way.choices]
    )
    tracking = forms.CharField(label=_("Tracking number"), required=False, max_length=40)


class DraftLetterForm(EdgeForm):
    carries = forms.ChoiceField(label=_("What the letter says"), widget=forms.RadioSelect)
    addressee = _lines(_("To"), rows=4)
    subject = forms.CharField(
        label=_("Subject"), required=False, max_length=300, help_text=_("Left empty: the usual one for such a letter.")
    )
    references = _lines(_("Refers to"), _("A line each, for example: หนังสือร้องเรียน ลงวันที่ 3 พฤศจิกายน 2569"))
    enclosures = _lines(_("Enclosures"), _("A line each, with the number of copies."))
    copies = _lines(_("Copies to"), _("A line each."))
    signatory = _SignatoryField(_("somebody else, or not known yet"))
    other_signatory = _lines(_("Somebody else who signs"), _("Name on the first line, position on the second."))

    def prepare(self) -> None:
        """The texts that may go out; what the draft before this one had; whatever the case knows already."""
        texts = carried_texts(self.case)
        field_of(self, "carries").choices = [(one.key, self._label(one)) for one in texts]
        people = signatories(self.case)
        field_of(self, "signatory").offer(people)
        sees = may_see_contact(self.user, self.case)
        if not sees and all(one.name in ("message", "reply") for one in texts):
            del self.fields["addressee"]
        else:
            field_of(self, "addressee").help_text = _addressee_help(sees=sees)
        wanted = self.initial.get("carries")
        chosen = next((one for one in texts if one.key == wanted), texts[0] if len(texts) == 1 else None)
        if chosen is not None:
            self._begin_with(chosen, people, sees=sees)

    def _begin_with(self, chosen: Carried, people: list[Holding], *, sees: bool) -> None:
        before = self.case.letters.filter(**{chosen.name: chosen.row.pk}, **stages.DRAFTED).last()
        begin: dict[str, Any] = {
            "carries": chosen.key,
            "subject": usual_subject(chosen.sort),
            "references": _letter_of_the_complainant(self.case) if chosen.name in ("message", "reply") else "",
            "signatory": people[0].pk if people else None,
        }
        if chosen.name not in ("message", "reply") or sees:
            begin["addressee"] = usual_addressee(self.case, chosen)
        if before is not None:
            head = before.read_head(self.case)
            begin |= {name: getattr(head, name) for name in ("subject", "references", "enclosures", "copies")}
            begin["signatory"] = next((row.pk for row in people if row.user_id == before.signatory_id), None)
            if before.signatory_id is None:
                begin["other_signatory"] = f"{before.signatory_name}\n{before.signatory_title}".strip()
            if may_see_addressee(self.user, before, self.case):
                begin["addressee"] = before.read_addressee(self.case)
        for name, value in begin.items():
            self.initial.setdefault(name, value)

    def _label(self, one: Carried) -> str:
        of = [str(one.row.case.unit), str(one.row.case.number)] if one.name == "request" else []
        text = beginning(" ".join(one.text(self.case).split()), _BEGINNING)
        return " · ".join([str(one.label), *of, write_date(one.at), text])


class RegisterLetterForm(_Despatch, EdgeForm):
    letter = _LetterField()
    number = forms.CharField(label=_("Number in the register"), max_length=60)
    registered_on = ThaiDateField(label=_("Date of the letter"))
    signatory = _SignatoryField(_("as drafted"))
    other_signatory = _lines(_("Somebody else who signs"), _("Name on the first line, position on the second."))
    files = EvidenceField(
        label=_("The signed letter"), help_text=_("One file. It can be attached later, and so can the despatch.")
    )

    field_order = ("letter", "number", "registered_on", "signatory", "other_signatory", "files", "despatched_on", "way")

    def prepare(self) -> None:
        """The drafts of the case; no number to type where the register gives it."""
        field_of(self, "letter").offer(self.case, stages.DRAFTED)
        field_of(self, "signatory").offer(signatories(self.case))
        self.initial.setdefault("registered_on", timezone.localdate())
        if register_of(self.case.unit) is not None:
            del self.fields["number"]
            self.question = _("The register gives the next number when you send this form.")
        elif prefix := letterhead_of(self.case.unit).prefix:
            self.initial.setdefault("number", f"{prefix}/")
        _begin_with_the_only_one(self)


class AttachSignedForm(EdgeForm):
    letter = _LetterField()
    files = EvidenceField(label=_("The signed letter"), required=True, help_text=_("One file with all its sheets."))

    def prepare(self) -> None:
        """The registered letters of which the scan is missing."""
        field_of(self, "letter").offer(self.case, stages.WITHOUT_SCAN)
        _begin_with_the_only_one(self)


class DespatchLetterForm(_Despatch, EdgeForm):
    letter = _LetterField()

    field_order = ("letter",)

    def prepare(self) -> None:
        """The registered letters that have not gone out."""
        field_of(self, "letter").offer(self.case, stages.NOT_DESPATCHED)
        self.initial.setdefault("despatched_on", timezone.localdate())
        for name in ("despatched_on", "way"):
            self.fields[name].required = True
        _begin_with_the_only_one(self)


class CancelLetterForm(EdgeForm):
    question = _("The letter does not go out. A number that it has stays taken.")

    letter = _LetterField()
    reasons = text_field(_("Reasons"), rows=3)

    def prepare(self) -> None:
        """The letters that have not gone out."""
        field_of(self, "letter").offer(self.case, stages.NOT_GONE)
        _begin_with_the_only_one(self)


LETTER_FORMS: dict[str, type[EdgeForm]] = {
    "draft_letter": DraftLetterForm,
    "register_letter": RegisterLetterForm,
    "attach_signed": AttachSignedForm,
    "despatch_letter": DespatchLetterForm,
    "cancel_letter": CancelLetterForm,
}
"""The forms of the edges of a letter, by the edge."""


def _begin_with_the_only_one(form: EdgeForm) -> None:
    letters = list(field_of(form, "letter").queryset[:2])
    if len(letters) == 1:
        form.initial.setdefault("letter", letters[0].pk)


def _addressee_help(*, sees: bool) -> Any:
    if sees:
        return _("The first line stands after “เรียน”, the others on the envelope. Left empty: as it is known.")
    return _("For a letter to another agency or unit. In a letter to the complainant the line is left blank.")


def _letter_of_the_complainant(case: ComplaintCase) -> str:
    """His own letter, as an official letter refers to it (always Thai); "" where he wrote none with a number."""
    complaint = case.complaint
    if not complaint.reference:
        return ""
    day = f" ลงวันที่ {_thai_day(complaint.received_on)}" if complaint.received_on else ""
    return f"หนังสือ ที่ {complaint.reference}{day}"


def _thai_day(day: Any) -> str:
    with translation.override("th"):
        return write_date(day, long=True)
