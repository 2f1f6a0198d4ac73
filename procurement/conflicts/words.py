"""What was found and compared in a check for conflicts, in words for the people who decide about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import digits, write_date
from procurement.models import InterestGround, SupplierPerson
from workflows.graph import Text

from .facts import Kind, Major

KINDS: dict[str, Text] = {
    Kind.SAME_PERSON: gettext_lazy("The same person, by identity number"),
    Kind.DECLARED: gettext_lazy("A relative whom he declared"),
    Kind.NAME: gettext_lazy("A name that is alike"),
    Kind.ADDRESS: gettext_lazy("The same address"),
    Kind.RECENT_SERVICE: gettext_lazy("Sat lately where this bidder won"),
    Kind.COMPLAINT: gettext_lazy("Party to a complaint about this project"),
}
"""Code of `facts.Kind` → what it is."""

_COMPARED: dict[str, Text] = {
    "id": gettext_lazy("identity number"),
    "name": gettext_lazy("name"),
    "former_name": gettext_lazy("former name"),
    "surname": gettext_lazy("surname"),
    "relative": gettext_lazy("name of the relative"),
    "address": gettext_lazy("address"),
}
_MAJOR: dict[str, Text] = {
    Major.YES: gettext_lazy("major shareholder (Regulation clause 4)"),
    Major.NO: gettext_lazy("no major shareholder"),
    Major.UNKNOWN: gettext_lazy("share not known"),
}


class Evidence(NamedTuple):
    """The two sides of a hit. compared: what was held against each other; ours, theirs: the two texts, "" where there
    is only a fact; facts: what else is known of it."""

    compared: str
    ours: str
    theirs: str
    facts: tuple[str, ...] = ()


def evidence_of(found: Mapping[str, Any], grounds: Mapping[str, InterestGround]) -> Evidence:
    """The evidence of a hit as `matching` wrote it. grounds: the relations by code, as the rules name them."""
    facts = []
    if relation := found.get("relation"):
        ground = grounds.get(str(relation))
        facts.append(ground.name if ground else str(relation))
    if found.get("degree") is not None:
        facts.append(_("degree %(degree)s") % {"degree": digits(found["degree"])})
    if (part := found.get("part", "")) in SupplierPerson.Part.values:
        facts.append(str(SupplierPerson.Part(part).label))
    if (share := found.get("share")) is not None:
        facts.append(_("%(share)s%% of the shares") % {"share": digits(share)})
    if (major := found.get("major", "")) in _MAJOR:
        facts.append(str(_MAJOR[major]))
    facts += _service(found)
    if count := found.get("complaints"):
        facts.append(_("complaints: %(count)s") % {"count": digits(count)})
    compared = found.get("compared", "")
    return Evidence(
        str(_COMPARED.get(compared, compared)), str(found.get("ours", "")), str(found.get("theirs", "")), tuple(facts)
    )


def _service(found: Mapping[str, Any]) -> list[str]:
    if "purchase" not in found:
        return []
    words = [_("purchase %(number)s") % {"number": digits(found["purchase"])}]
    last = found.get("last_day")
    words.append(
        _("until %(day)s") % {"day": write_date(date.fromisoformat(last))} if last else _("he still sits there")
    )
    if found.get("won"):
        words.append(_("the bidder has won here, too"))
    return words
