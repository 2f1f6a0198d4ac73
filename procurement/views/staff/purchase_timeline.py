"""The timeline of a purchase: how each of its edges is told, and the words under the entries."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.formats import digits, write_baht, write_date, write_number
from procurement.models import Activity, Milestone, Note, Payment, Purchase
from procurement.states.purchase import GRAPH
from workflows.casepages.timeline import Referred, Timeline, Told
from workflows.models import LedgerEntry

from .purchase_panel import ADDRESSES

_TOLD = {
    "plan": Told(gettext_lazy("Purchase planned"), "calendar", "accent", "steps"),
    "import_planned": Told(gettext_lazy("Imported as planned"), "download", "", "steps"),
    "import_announced": Told(gettext_lazy("Imported as announced"), "download", "", "steps"),
    "import_contracted": Told(gettext_lazy("Imported as under contract"), "download", "", "steps"),
    "import_completed": Told(gettext_lazy("Imported as completed"), "download", "", "steps"),
    "import_cancelled": Told(gettext_lazy("Imported as cancelled"), "download", "", "steps"),
    "announce": Told(gettext_lazy("Announced"), "send", "accent", "steps"),
    "record_bids": Told(gettext_lazy("Bidders recorded"), "people", "", "steps"),
    "award": Told(gettext_lazy("Winner announced"), "star", "accent", "steps"),
    "sign_contract": Told(gettext_lazy("Contract recorded"), "edit", "accent", "steps"),
    "add_contract": Told(gettext_lazy("Another contract recorded"), "edit", "", "steps"),
    "deliver": Told(gettext_lazy("Delivered"), "inbox", "accent", "steps"),
    "reject_delivery": Told(gettext_lazy("Delivery sent back"), "undo", "late", "steps"),
    "accept_delivery": Told(gettext_lazy("Inspected and accepted"), "check", "well", "steps"),
    "pay": Told(gettext_lazy("Paid"), "check-circle", "well", "money"),
    "complete": Told(gettext_lazy("Completed"), "closed", "well", "steps"),
    "import_completion": Told(gettext_lazy("Completed at the source"), "download", "well", "steps"),
    "cancel": Told(gettext_lazy("Purchase cancelled"), "declined", "late", "steps"),
    "import_cancellation": Told(gettext_lazy("Cancelled at the source"), "download", "late", "steps"),
    "set_dates": Told(gettext_lazy("Planned dates set"), "calendar"),
    "revise": Told(gettext_lazy("Figures corrected"), "history", "", "money"),
    "group": Told(gettext_lazy("Moved to another plan activity"), "path"),
    "note": Told(gettext_lazy("Note"), "edit"),
    "attach": Told(gettext_lazy("Files attached"), "file", "", "files"),
}


class ReferredByPurchase(Referred):
    """Notes and payments; figures and days are in the ledger itself."""

    rows_of = (("note", Note), ("payment", Payment))

    def __init__(self, case: Any, entries: list[LedgerEntry], **reader: bool) -> None:
        super().__init__(case, entries, **reader)
        moved = {facts[end] for facts in self.facts.values() for end in ("from", "to") if end in facts}
        self.activities = Activity.objects.in_bulk(moved) if moved else {}

    def rows(self, model: Any) -> Any:
        """Payments belong to the purchase."""
        return model.objects.filter(purchase=self.case.pk) if model is Payment else super().rows(model)

    def line(self, row: Any) -> str:
        """The text of a note, the note of a payment."""
        text: str = row.note if isinstance(row, Payment) else row.text
        return text

    def words(self, entry: LedgerEntry) -> Iterator[str]:
        """Days, figures and numbers of the entry, in one line."""
        facts = self.facts[entry.pk]
        if entry.verb == "group":
            ends = (self.activities.get(facts.get(end)) for end in ("from", "to"))
            yield " → ".join(str(end) if end else "–" for end in ends)
            return
        if entry.verb == "set_dates":
            yield "\n".join(self._dates(facts.get("dates", {})))
            return
        if entry.verb == "revise":
            yield ", ".join(_label(name) for name in facts.get("figures", {}))
            return
        yield " · ".join(self._parts(facts))

    def _parts(self, facts: dict[str, Any]) -> Iterator[str]:
        if number := facts.get("number"):
            yield _("Contract %(number)s") % {"number": digits(number)}
        for name in ("amount", "value"):
            if facts.get(name) is not None:
                yield write_baht(Decimal(facts[name]))
        if "version" in facts:
            count = len(facts.get("bidders", ()))
            told = ngettext("version %(version)s: %(count)s bidder", "version %(version)s: %(count)s bidders", count)
            yield told % {"version": digits(facts["version"]), "count": write_number(count)}
        if facts.get("on"):
            yield _("on %(day)s") % {"day": write_date(date.fromisoformat(facts["on"]))}

    def _dates(self, dates: dict[str, str | None]) -> Iterator[str]:
        for code, day in dates.items():
            label = Milestone.Code(code).label if code in Milestone.Code.values else code
            yield f"{label}: {write_date(date.fromisoformat(day)) if day else '–'}"


def _label(name: str) -> str:
    """The name of a figure for people."""
    column = name.removesuffix("_id")
    known = {row.name for row in Purchase._meta.get_fields()}
    return str(Purchase._meta.get_field(column).verbose_name) if column in known else name  # type: ignore[union-attr]


class PurchaseTimeline(Timeline):
    graph = GRAPH
    addresses = ADDRESSES
    told = _TOLD
    tabs = {
        "all": gettext_lazy("All"),
        "steps": gettext_lazy("Steps"),
        "money": gettext_lazy("Money"),
        "files": gettext_lazy("Files"),
    }
    referred = ReferredByPurchase


TIMELINE = PurchaseTimeline()
