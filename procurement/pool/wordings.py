"""The sentences an applicant agrees to. Each consent keeps the sentence it was given for, so these may be changed."""

from django.utils.translation import gettext_lazy as _

from procurement.models import Consent
from workflows.graph import Text

WORDINGS: dict[str, Text] = {
    Consent.Purpose.POOL: _(
        "I agree that the office keeps my data to choose citizen representatives: to check it, to draw lots, to invite "
        "me and to check for conflicts of interest. I may take this back at any time; then I leave the pool."
    ),
    Consent.Purpose.PUBLISH: _(
        "I agree that my name is shown on public pages of the committees on which I sit. Without this only my network "
        "and a code are shown there."
    ),
    Consent.Purpose.CONTACT: _(
        "I agree that the office writes to me by e-mail about invitations and meetings. Without this it telephones or "
        "sends a letter."
    ),
}


def wording_of(purpose: str) -> str:
    """The sentence of a purpose (code of `Consent.Purpose`) in the language of the page, as it is stored."""
    return str(WORDINGS[Consent.Purpose(purpose)])
