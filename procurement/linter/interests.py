"""Why somebody may not sit: interests, and who is linked with a bidder (Regulation cl. 4 and 27, Administrative
Procedure Act ss. 13-16). What is found by a name is a warning: names only find, a person decides."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from organisations.formats import write_number
from procurement.conflicts.names import folded

from .facts import Bidder, Check, Draft, Linked, Remark, Rule, about, entering, listed

CHECKS: dict[str, Check] = {}
_check = entering(CHECKS)


# --- What members declare ---------------------------------------------------------------------------------------------
@_check("interest")
def interest(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Who has an interest leaves the post (cl. 27, par. 4 and 5), on whichever committee of the purchase he said so."""
    for seat in draft.seats:
        if seat.interest:
            words = {"name": seat.name, "ground": seat.interest}
            yield about(_("%(name)s declared an interest: %(ground)s.") % words, seat)


@_check("interest_taken_back")
def interest_taken_back(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """An interest declared once and denied later: a mistake, another list of bidders, or neither."""
    for seat in draft.seats:
        if seat.took_back and not seat.interest:
            words = {"name": seat.name, "ground": seat.took_back}
            sentence = _("%(name)s declared an interest before (%(ground)s) and declares none now. See why.")
            yield about(sentence % words, seat)


@_check("declaration_early")
def declaration_early(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Before the bidders are known, nobody can break clause 27 yet: to be asked, but no obstacle."""
    if draft.bidders_version == 0:
        missing = [seat for seat in draft.seats if seat.declared is None]
        if missing:
            words = {"names": listed(seat.name for seat in missing)}
            yield about(_("No declaration of interest yet from: %(names)s.") % words, *missing)


@_check("declaration_missing")
def declaration_missing(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """The bidders are known, and members may have no interest with them (cl. 27, par. 4): each is asked before he is
    appointed, for only he can say so."""
    if draft.bidders_version > 0:
        missing = [seat for seat in draft.seats if seat.declared is None]
        if missing:
            words = {"names": listed(seat.name for seat in missing)}
            yield about(_("The bidders are known; no declaration of interest from: %(names)s.") % words, *missing)


@_check("declaration_outdated")
def declaration_outdated(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """A declaration says nothing about bidders who were not on the list he was shown (cl. 27, par. 4)."""
    for seat in draft.seats:
        if seat.interest or seat.declared is None or seat.declared >= draft.bidders_version:
            continue
        words = {"name": seat.name, "declared": seat.declared, "present": draft.bidders_version}
        sentence = (
            _("%(name)s declared before the bidders were known; the list is at version %(present)s now.")
            if seat.declared == 0
            else _("%(name)s declared for version %(declared)s of the list of bidders; it is at %(present)s now.")
        )
        yield about(sentence % words, seat)


# --- What names find --------------------------------------------------------------------------------------------------
@_check("same_name")
def same_name(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Another person of the same name on the committees of this purchase: two people, or one entered twice."""
    here = defaultdict(list)
    for seat in draft.seats:
        here[folded(seat.name)].append(seat)
    for name, seats in here.items():
        if not name:
            continue
        if len({seat.person for seat in seats}) > 1:
            words = {"name": seats[0].name, "count": len({seat.person for seat in seats})}
            sentence = _("%(count)s different people of the draft are called %(name)s. Make sure it is not one person.")
            yield about(sentence % words, *seats)
        mine = {seat.person for seat in seats}
        elsewhere = sorted(
            {other.name for other in draft.others if folded(other.person_name) == name and other.person not in mine}
        )
        if elsewhere:
            sentence = _("Another %(name)s sits on %(committee)s of this purchase. Make sure it is not one person.")
            yield about(sentence % {"name": seats[0].name, "committee": listed(elsewhere)}, *seats)


@_check("bidder_link", counts=True)
def bidder_link(draft: Draft, rule: Rule) -> Iterator[Remark]:
    """A name that is also a bidder's, or a director's, a partner's or a major shareholder's of one: of more than
    `threshold` percent (cl. 4). A share that is not known counts as one: missing figures are no safety."""
    for seat in draft.seats:
        name = folded(seat.name)
        for bidder in draft.bidders if name else ():
            for link in _links(bidder, name, rule):
                words = {"name": seat.name, "bidder": bidder.name, "link": link}
                sentence = _("%(name)s has the same name as %(link)s of the bidder %(bidder)s. Make sure who it is.")
                yield about(sentence % words, seat)


def _links(bidder: Bidder, name: str, rule: Rule) -> Iterator[str]:
    if folded(bidder.name) == name:
        yield _("the owner")
    for linked in bidder.people:
        if folded(linked.name) == name and _counts(linked, rule):
            yield _part(linked)


def _counts(linked: Linked, rule: Rule) -> bool:
    return not linked.shareholder or linked.share is None or linked.share > (rule.threshold or 0)


def _part(linked: Linked) -> str:
    if not linked.shareholder:
        return linked.part
    if linked.share is None:
        return _("%(part)s (share not known)") % {"part": linked.part}
    return _("%(part)s (%(share)s percent)") % {"part": linked.part, "share": write_number(linked.share, 3)}
