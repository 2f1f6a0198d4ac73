"""The form of a person who can sit on committees."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.actions.people import CHANGEABLE
from procurement.models import Citizen, Person


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What may be corrected; the standing may not (`procurement.actions.people`)."""

    class Meta:
        model = Person
        fields = CHANGEABLE
        labels = {
            "name": _("Name with its title"),
            "position": _("Position or occupation"),
            "network": _("Community or network"),
            "most_seats": _("Live seats at most"),
            "active": _("Can be chosen for committees"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        # Of an instance of its own: validation writes into it, and the page shows the person as he is.
        super().__init__(*args, instance=Person.objects.get(pk=person.pk), label_suffix="", **kwargs)
        if person.standing != Person.Standing.CITIZEN:
            del self.fields["network"]
            del self.fields["most_seats"]
        elif Citizen.objects.filter(pk=person.pk).exists():
            # Of a citizen of the pool his admission says so, and his availability there.
            del self.fields["active"]
