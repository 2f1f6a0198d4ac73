"""Who sits on a committee: MoF Regulation B.E. 2560, clauses 25, 26 and 177."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .facts import INSPECTION, PURCHASE, Check, Draft, Remark, Rule, about, entering, listed

CHECKS: dict[str, Check] = {}
_check = entering(CHECKS)


@_check("somebody")
def somebody(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """An order appoints people (cl. 25)."""
    if not draft.seats:
        yield Remark(_("The draft names nobody."))


@_check("chair")
def chair(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """One chair (cl. 26, par. 1); a single inspector has none."""
    chairs = [seat for seat in draft.seats if seat.duty == "chair"]
    if draft.single or len(chairs) == 1:
        return
    sentence = _("There has to be one chair; the draft names %(count)s.") % {"count": len(chairs)}
    yield about(f"{sentence} {listed(seat.name for seat in chairs)}".strip(), *chairs)


@_check("members", counts=True)
def members(draft: Draft, rule: Rule) -> Iterator[Remark]:
    """At least `threshold` members beside the chair (cl. 26, par. 1)."""
    others = sum(seat.duty != "chair" for seat in draft.seats)
    if not draft.single and others < rule.count:
        words = {"wanted": rule.count, "count": others}
        yield Remark(_("At least %(wanted)s members beside the chair are needed; the draft names %(count)s.") % words)


@_check("officials", counts=True)
def officials(draft: Draft, rule: Rule) -> Iterator[Remark]:
    """The chair and `threshold` members are officials; others sit beside them (cl. 26, par. 1 and 2).

    Where there is no citizen it is `members` that speaks.
    """
    for seat in draft.citizens:
        if seat.duty == "chair":
            words = {"name": seat.name}
            yield about(_("The chair has to be an official; %(name)s is a citizen representative.") % words, seat)
    beside = sum(seat.duty != "chair" for seat in draft.officials)
    if not draft.single and draft.citizens and beside < rule.count:
        sentence = _("At least %(wanted)s members beside the chair have to be officials; the draft names %(count)s.")
        yield about(sentence % {"wanted": rule.count, "count": beside}, *draft.citizens)


@_check("outsiders")
def outsiders(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Others than officials are never more than the officials (cl. 26, par. 2)."""
    citizens, staff = len(draft.citizens), len(draft.officials)
    if citizens > staff:
        words = {
            "citizens": citizens,
            "officials": staff,
            "names": listed(seat.name for seat in draft.citizens),
        }
        sentence = _("Citizen representatives (%(citizens)s: %(names)s) are more than officials (%(officials)s).")
        yield about(sentence % words, *draft.citizens)


@_check("only_officials")
def only_officials(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Site supervisors are officials (cl. 177)."""
    for seat in draft.citizens:
        yield about(_("Only an official may be appointed here; %(name)s is none.") % {"name": seat.name}, seat)


@_check("inspector_alone")
def inspector_alone(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """A single inspector is one person (Act s. 100, par. 3)."""
    if draft.single and len(draft.seats) != 1:
        words = {"count": len(draft.seats), "names": listed(seat.name for seat in draft.seats)}
        sentence = _("A single inspector is one person; the draft names %(count)s. %(names)s") % words
        yield about(sentence.strip(), *draft.seats)


@_check("twice")
def twice(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Nobody sits twice. By the key of the person, never by the name."""
    seats = Counter(seat.person for seat in draft.seats)
    for person, count in seats.items():
        if count > 1:
            seat = next(seat for seat in draft.seats if seat.person == person)
            yield about(
                _("%(name)s sits %(count)s times on this committee.") % {"name": seat.name, "count": count}, seat
            )


@_check("separation")
def separation(draft: Draft, rule: Rule) -> Iterator[Remark]:
    """Who considers the offers does not inspect what is delivered, and the other way round (cl. 26, par. 3).

    The kinds of the rule name the committees of both sides. By the key of the person, never by the name.
    """
    for seat in draft.seats:
        barred = {
            other.name
            for other in draft.others
            if other.person == seat.person
            and {draft.task, other.task} == {PURCHASE, INSPECTION}
            and (not rule.kinds or other.kind in rule.kinds)
        }
        if barred:
            words = {"name": seat.name, "committee": listed(sorted(barred))}
            sentence = _("%(name)s is or was a member of %(committee)s of the same purchase.")
            yield about(sentence % words, seat)


@_check("nomination")
def nomination(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Others than officials are appointed where it is necessary or of use (cl. 26, par. 2): the reason is stated."""
    for seat in draft.citizens:
        if not seat.drawn and not seat.nomination.strip():
            yield about(_("There is no reason why %(name)s was nominated.") % {"name": seat.name}, seat)


@_check("position")
def position(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Officials are chosen by their duties (cl. 26, par. 1), and the order prints their positions."""
    for seat in draft.officials:
        if not seat.position.strip():
            yield about(_("The position of %(name)s is not known.") % {"name": seat.name}, seat)


@_check("unavailable")
def unavailable(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Who is not available any more is not appointed. Who serves already stays until an order takes him out."""
    for seat in draft.seats:
        if not seat.active and not seat.serving:
            yield about(_("%(name)s is not available any more.") % {"name": seat.name}, seat)


@_check("seats")
def seats(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """A citizen has at most so many live seats at a time, this one counted."""
    for seat in draft.citizens:
        if seat.other_seats >= seat.most_seats:
            words = {"name": seat.name, "count": seat.other_seats, "most": seat.most_seats}
            sentence = _("%(name)s sits on %(count)s other committees; %(most)s at a time is the limit.")
            yield about(sentence % words, seat)


@_check("citizen")
def citizen(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Without a citizen on a qualifying committee the plan activity is not covered (S4:341-349)."""
    if draft.qualifying and not draft.citizens and not draft.covered:
        sentence = _("Without a citizen representative this committee does not cover the plan activity “%(activity)s”.")
        yield Remark(sentence % {"activity": draft.activity})


@_check("no_change")
def no_change(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """An amending order changes something."""
    if draft.amends and not draft.changes:
        yield Remark(_("This amendment changes no member."))
