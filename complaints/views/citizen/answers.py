"""What was answered so far, and what follows from it; the rule data behind it is read once for a page."""

from functools import cached_property

from complaints.models import ComplaintKind
from complaints.views.citizen import places

UNSURE = "unsure"
DOOR, HOTLINE = "door", "hotline"
"""By which door somebody came in; it lies among the answers and is asked on no page."""


class Answers(dict[str, dict[str, str]]):
    """Step → field → text, as it lies in the draft."""

    @cached_property
    def kinds(self) -> list[ComplaintKind]:
        """All kinds that are offered, in their order."""
        return list(ComplaintKind.objects.filter(active=True))

    @cached_property
    def provinces(self) -> list[tuple[str, str]]:
        """Code and name of all provinces."""
        return places.provinces()

    @property
    def kind(self) -> ComplaintKind | None:
        """The kind that was chosen; the group where no kind of it was; None for "I am not sure"."""
        chosen = [self.given("detail"), self.given("kind")]
        return next((kind for code in chosen for kind in self.kinds if kind.code == code), None)

    @property
    def hotline(self) -> bool:
        """Whether it is filed by the staff's hotline to the executive."""
        return self.given(DOOR) == HOTLINE

    @property
    def details(self) -> list[ComplaintKind]:
        """The kinds of the group that was chosen."""
        group = self.given("kind")
        return [kind for kind in self.kinds if group and kind.parent_id == group]

    @property
    def province(self) -> str:
        """The code of the province: the one chosen, or the only one there is; else ""."""
        only = self.provinces[0][0] if len(self.provinces) == 1 else ""
        return self.given("province") or only

    @property
    def district(self) -> str:
        """The code of the district; "" when none was chosen."""
        return self.given("where", "district")

    def given(self, step: str, field: str = "") -> str:
        """One answer; the field of most steps is called as the step. "" when there is none."""
        return self.get(step, {}).get(field or step, "")
