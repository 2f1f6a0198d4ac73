"""How a complainant is told that there is news: by an address he left himself, sealed, and shown to nobody.

An e-mail address is not confirmed by a letter: what is sent says nothing but that there is news of a case of that
number, and whoever holds the receipt can end it at any time. A LINE account is linked by a code sent from it.
"""

from complaints.models import Complaint, Contact
from complaints.wholes import whole_of
from notifications import linking
from notifications.models import Road
from notifications.roads import email
from workflows import sealing
from workflows.actors import Actor
from workflows.keys import data_key, key_to_write
from workflows.models import Case
from workflows.transitions import perform


def _context(case: Case, road: str) -> str:
    """Binds the ciphertext to its case and road, so that it cannot be moved to another together with its key."""
    return f"complaints.contact/{case.pk}/{road}"


def write_contact(case: Case, road: str, address: str) -> None:
    """Keep the complainant's address on a road in place of the one before; "" takes it away.

    Called by the edges of a complaint alone. Raises `sealing.KeyErased` for an address of a case that was erased.
    """
    kept = Contact.objects.filter(complaint=case.pk, road=road)
    if not address:
        kept.delete()
        return
    sealed = sealing.seal(key_to_write(case), address, _context(case, road))
    if not kept.update(sealed=sealed):
        Contact.objects.create(complaint_id=case.pk, road=road, sealed=sealed)


def address_of(case: Case, road: str) -> str:
    """The complainant's address on a road, for the message that leaves now. News of a part go where he left word for
    the whole.

    "" where he left none, took it back, or the case was erased. Raises what else `sealing.open_text` raises.
    """
    whole = whole_of(case)
    contact = Contact.objects.filter(complaint=whole.pk, road=road).first()
    if contact is None:
        return ""
    try:
        return sealing.open_text(data_key(whole), contact.sealed, _context(whole, road))
    except sealing.KeyErased:
        return ""


def roads_of(case: Case) -> list[str]:
    """The roads on which the complainant of a case left an address."""
    return list(Contact.objects.filter(complaint=whole_of(case).pk).order_by("road").values_list("road", flat=True))


def letter_language(case: Case) -> str:
    """The language in which the complainant filed; he is written to in it."""
    return Complaint.objects.values_list("language", flat=True).get(case=case.pk)


def link_line(case: Case, line_id: str) -> None:
    """Keep the LINE account of whoever sent the code that the holder of the receipt was shown. Raises Refused."""
    perform(case, "set_contact", Actor.complainant(case), road=Road.LINE, address=line_id)


def offered() -> list[str]:
    """The roads that this installation has, and a complainant may choose."""
    return [Road.EMAIL] * email.is_set_up() + [Road.LINE] * linking.is_set_up()


def shortened(address: str) -> str:
    """An address as its owner knows it again and nobody else learns it: the first letter and the host; "" for none."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}" if at else ""
