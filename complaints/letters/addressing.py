"""To whom a letter goes, and who may see that."""

from complaints.identity import read_identity
from complaints.models import ComplaintCase, Letter
from complaints.rules import may_read_text, may_see_contact
from organisations.models import Holding, Role, Unit, User
from organisations.queries import holders_of

from .carried import Carried


def usual_addressee(case: ComplaintCase, what: Carried) -> str:
    """The line after เรียน, and the address: the complainant as he named himself, the agency, or who leads the unit.

    "" where the complainant gave no name. The caller has checked that the writer may see who complained.
    """
    if what.name == "referral":
        return f"{what.row.agency.name_th}\n{what.row.agency.address}".strip()
    if what.name == "request":
        return _leader_of(what.row.case.unit)
    identity = read_identity(case.complaint)
    return "\n".join(filter(None, (identity.get("name"), identity.get("address")))) if identity.get("name") else ""


def _leader_of(unit: Unit) -> str:
    """The title of who leads a unit, and of which unit where it does not say so; the unit where nobody does."""
    for role in (Role.EXECUTIVE, Role.HEAD):
        leading = Holding.objects.filter(
            user__in=holders_of(unit.pk, role), post__unit=unit, post__roles__contains=[role]
        )
        holding = leading.select_related("post").order_by("deputy", "pk").first()
        if holding is not None:
            title = str(holding.post.title_th)
            return title if unit.name_th in title else f"{title} {unit.name_th}"
    return str(unit.name_th)


def may_see_addressee(user: User, letter: Letter, case: ComplaintCase) -> bool:
    """Whether `user` may see to whom a letter goes: as may see who complained; an agency or unit is no secret.

    The letter exists for him and he may read what it says; that is asked before.
    """
    return (not letter.to_complainant and may_read_text(user, case)) or may_see_contact(user, case)


def may_see_scan(user: User, letter: Letter, case: ComplaintCase) -> bool:
    """Whether `user` may open the signed sheet, on which the name stands: who may see it, and who put it in."""
    signed = letter.signed
    if signed is None or not signed.storage_name:  # its content was erased
        return False
    return bool(may_see_addressee(user, letter, case) or signed.by_id == user.pk)
