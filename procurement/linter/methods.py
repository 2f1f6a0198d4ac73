"""Whether the committee fits the purchase: its method and its budget (Act B.E. 2560 ss. 55-56, 100; Regulation
cl. 25-32)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from organisations.formats import write_baht

from .facts import PURCHASE, Check, Draft, Remark, Rule, entering

CHECKS: dict[str, Check] = {}
_check = entering(CHECKS)


@_check("method")
def method(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """Each method has its own committee that considers the offers (cl. 25)."""
    chosen = draft.method
    if draft.task == PURCHASE and chosen and chosen.kind and chosen.kind != draft.kind:
        words = {"method": chosen.name, "wanted": chosen.kind_name}
        yield Remark(_("The method of the purchase is %(method)s; its offers are considered by: %(wanted)s.") % words)


@_check("method_known")
def method_known(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """What cannot be compared is said, not passed over."""
    if draft.task != PURCHASE:
        return
    if draft.method is None:
        yield Remark(_("The method of the purchase is not known, so whether this committee fits was not checked."))
    elif not draft.method.kind:
        words = {"method": draft.method.name}
        yield Remark(_("By the method %(method)s no committee considers the offers.") % words)


@_check("ceiling")
def ceiling(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """The budget is within the ceiling of the method, which is a fact of the method. Beyond it the specific method
    stands on another ground than the sum (s. 56 (2)), so this is a question and no obstacle."""
    chosen = draft.method
    if draft.task != PURCHASE or chosen is None or chosen.ceiling is None or draft.value is None:
        return
    if draft.value > chosen.ceiling:
        words = {"value": write_baht(draft.value), "method": chosen.name, "ceiling": write_baht(chosen.ceiling)}
        sentence = _("The budget is %(value)s; by its sum, %(method)s is for up to %(ceiling)s. State another ground.")
        yield Remark(sentence % words)


@_check("floor")
def floor(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """The budget is above the floor of the method (cl. 30-32)."""
    chosen = draft.method
    if draft.task != PURCHASE or chosen is None or chosen.floor is None or draft.value is None:
        return
    if draft.value <= chosen.floor:
        words = {"value": write_baht(draft.value), "method": chosen.name, "floor": write_baht(chosen.floor)}
        yield Remark(_("The budget is %(value)s; %(method)s is for more than %(floor)s.") % words)


@_check("budget_known")
def budget_known(draft: Draft, rule: Rule) -> Iterator[Remark]:  # noqa: ARG001
    """A missing figure is never taken for a small one."""
    if draft.value is None:
        yield Remark(_("The budget of the purchase is not known, so no limit was checked."))


@_check("inspector_value", counts=True)
def inspector_value(draft: Draft, rule: Rule) -> Iterator[Remark]:
    """One person alone inspects up to `threshold` baht only (Act s. 100, par. 3; Ministerial Regulation cl. 5)."""
    if not draft.single:
        return
    words = {"limit": write_baht(rule.threshold or 0)}
    if draft.value is None:
        yield Remark(_("A single inspector may be appointed up to %(limit)s; the budget is not known.") % words)
    elif draft.value > (rule.threshold or 0):
        words["value"] = write_baht(draft.value)
        yield Remark(_("A single inspector may be appointed up to %(limit)s; the budget is %(value)s.") % words)
