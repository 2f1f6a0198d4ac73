"""The money of a purchase at each level, from the plan to the last payment, and how far each is from the one before.

A difference here is only a difference, said in words; what of it is a red flag is decided elsewhere, by rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.formats import write_baht, write_date, write_share
from procurement.forms.fields import known_sum
from procurement.models import Contract, Payment, Purchase
from workflows.graph import Text


@dataclass(frozen=True)
class Level:
    """One level. amount: baht, None where there is none (`absent` says why); width: of its bar, 0-100; share: of the
    level before, 0-1."""

    label: Text
    amount: Decimal | None
    width: str = "0"
    share: Decimal | None = None
    told: str = ""
    absent: Text = ""


@dataclass(frozen=True)
class MonthPaid:
    """What was paid in a month, and in all up to its end, in baht."""

    first: date
    amount: Decimal
    total: Decimal

    @property
    def label(self) -> str:
        """`พ.ย. 2569`"""
        return month_word(self.first)


def month_word(first: date) -> str:
    """A month as people write it: `พ.ย. 2569`, `Nov 2026`."""
    return write_date(first).split(" ", 1)[1]


def money_levels(purchase: Purchase, contracts: Sequence[Contract], payments: Sequence[Payment]) -> list[Level]:
    """Plan budget, budget, reference price, contract value, paid; each beside the last one before it that is known."""
    agreed = known_sum(row.value for row in contracts) if contracts else purchase.total_value
    paid = sum((row.amount for row in payments), Decimal(0))
    amounts = [purchase.activity.budget, purchase.budget, purchase.reference_price, agreed, paid if payments else None]
    absent: list[Text] = [_NOT_KNOWN] * len(amounts)
    if not contracts:
        absent[3] = gettext_lazy("no contract yet")
    absent[4] = gettext_lazy("nothing yet")
    most = max((amount for amount in amounts if amount), default=Decimal(0))
    before: tuple[Decimal | None, str] = (None, "")
    found = []
    for (label, noun), amount, why in zip(_LEVELS, amounts, absent, strict=True):
        base, base_noun = before
        share = amount / base if amount is not None and base else None
        found.append(
            Level(
                label=label,
                amount=amount,
                width=_width(amount, most),
                share=share,
                told="" if share is None or base is None or amount is None else difference(amount, base, base_noun),
                absent=why,
            )
        )
        if amount is not None:
            before = amount, str(noun)
    return found


_NOT_KNOWN = gettext_lazy("not known")
# The name of each level, and what it is called when the next one is compared with it.
_LEVELS: tuple[tuple[Text, Text], ...] = (
    (gettext_lazy("Approved plan budget of the activity"), gettext_lazy("the plan budget")),
    (gettext_lazy("Budget of the purchase"), gettext_lazy("the budget")),
    (gettext_lazy("Reference price"), gettext_lazy("the reference price")),
    (gettext_lazy("Contract value"), gettext_lazy("the contract value")),
    (gettext_lazy("Paid"), gettext_lazy("what was paid")),
)


def difference(amount: Decimal, base: Decimal, noun: str) -> str:
    """How far `amount` is from `base` (baht, not 0), which is called `noun`, in plain words."""
    if amount == base:
        return _("the same as %(what)s") % {"what": noun}
    words = {"money": write_baht(abs(amount - base)), "share": write_share(abs(amount - base) / base), "what": noun}
    if amount > base:
        return _("%(money)s (%(share)s) more than %(what)s") % words
    return _("%(money)s (%(share)s) less than %(what)s") % words


def months_paid(payments: Sequence[Payment]) -> list[MonthPaid]:
    """The sum of each month in which something was paid, in order. payments: by day."""
    found, total = [], Decimal(0)
    for first, rows in groupby(payments, key=lambda row: row.paid_on.replace(day=1)):
        amount = sum((row.amount for row in rows), Decimal(0))
        total += amount
        found.append(MonthPaid(first, amount, total))
    return found


def _width(amount: Decimal | None, most: Decimal) -> str:
    """The length of a bar of an SVG that is 100 wide; written here, for a template would write it for a reader."""
    if not amount or amount < 0 or not most:
        return "0"
    return str((100 * amount / most).quantize(Decimal("0.1"), ROUND_HALF_UP))
