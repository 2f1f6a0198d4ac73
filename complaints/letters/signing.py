"""Who signs a letter, and for whom (ปฏิบัติราชการแทน)."""

from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet
from django.utils import timezone

from complaints.models import ComplaintCase
from organisations.models import Holding, Role, User
from organisations.queries import units_above
from workflows.models import Conflict

# Whose posts speak for a unit to the outside.
_SIGNING = (Role.HEAD, Role.APPROVER, Role.EXECUTIVE)


@dataclass(frozen=True)
class Signature:
    """What stands under a letter, in Thai. user: None for somebody who is not among the people of the system."""

    name: str = ""
    title: str = ""
    acting_for: str = ""
    user: User | None = None

    @classmethod
    def of(cls, holding: Holding, acting: str) -> Self:
        """That of who holds a post. A deputy signs with his own post and for the post he stands in for.

        acting: the words before that post, of the letterhead.
        """
        user, title, acting_for = holding.user, holding.post.title_th, ""
        if holding.deputy:
            own = _of_today().filter(user=user, deputy=False).select_related("post").order_by("pk").first()
            title, acting_for = own.post.title_th if own else "", f"{acting} {title}"
        return cls(user.name_th or user.username, title, acting_for, user)

    @classmethod
    def typed(cls, text: str) -> Self:
        """That of somebody who is not in the list: his name on the first line, his position on the others."""
        name, _newline, title = text.strip().partition("\n")
        return cls(name.strip()[:200], " ".join(title.split())[:300])


def signatories(case: ComplaintCase) -> list[Holding]:
    """Who may sign letters of `case`, as the posts they hold: its unit first, then those above it.

    Nobody who has a conflict; for a protected case nobody outside its unit.
    """
    distances = {case.unit_id: 0} if case.protected else units_above(case.unit_id)
    holdings = (
        _of_today()
        .filter(post__unit__in=distances, post__roles__overlap=list(_SIGNING), user__is_active=True)
        .exclude(user__in=Conflict.objects.filter(case=case.pk).values("user"))
        .select_related("user", "post__unit")
    )
    return sorted(holdings, key=lambda held: (distances[held.post.unit_id], held.deputy, held.pk))


def _of_today() -> QuerySet[Holding]:
    today = timezone.localdate()
    return Holding.objects.filter(valid__contains=today, post__valid__contains=today)
