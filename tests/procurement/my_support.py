"""Short ways to a seat that a citizen has before him, and to his pages in English."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.models import CommitteeCase, SeatCase, SupplierPerson
from tests.support.purchases import Plan
from tests.support.seats import account_of, drawn, on_paper, open_seat, pool
from tests.workflows import samples
from workflows.files import Checked, check_upload


def invited(plan: Plan, *, upto: str = "invited", **facts: Any) -> SeatCase:
    """A seat drawn for a committee in draft, and brought to `upto` (drawn, invited … cleared) by the staff."""
    pool(plan, 4, **facts)
    drawn(plan)
    seat: SeatCase = plan.do(open_seat(plan, plan.committee()), "draw_next")
    seat = seat if upto == "drawn" else on_paper(plan, seat, upto=upto)
    return english(seat)


def english(seat: SeatCase) -> SeatCase:
    """Let the citizen of a seat read English, in which the tests are written."""
    user = account_of(seat)
    user.language = "en"
    user.save()
    return seat


def in_office(plan: Plan) -> tuple[SeatCase, CommitteeCase]:
    """A citizen appointed by the order, and his committee."""
    seat = invited(plan, upto="cleared")
    committee = plan.ordered(seat.seat.committee.case)
    return SeatCase.objects.get(pk=seat.pk), committee


def suspended(plan: Plan) -> SeatCase:
    """A citizen in office of whose name a bidder has a director."""
    seat, committee = in_office(plan)
    SupplierPerson.objects.create(supplier=plan.supplier(), name=seat.seat.person.name, part="director")
    purchase = plan.do(committee.committee.purchase.case, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier()}])
    seat = SeatCase.objects.get(pk=seat.pk)
    assert seat.state == "suspended"
    return seat


def checked_photo(name: str = "หน้างาน.jpg") -> Checked:
    """A photo as a form hands it on."""
    return check_upload(SimpleUploadedFile(name, samples.photo()))


def read(client: Client, name: str, *args: Any) -> str:
    """A page that opens."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def seen(case: Any) -> dict[str, int]:
    """The hidden fields of a form of an edge: what its sender had before him."""
    fresh = SeatCase.objects.get(pk=case.pk)
    return {"seen_version": fresh.state_version, "seen_seq": fresh.ledger_seq}


def rows(*named: tuple[str, str, str, bool]) -> dict[str, Any]:
    """The rows of relatives of a form: name, relation, degree, whether their shares count."""
    data: dict[str, Any] = {"relatives-TOTAL_FORMS": len(named), "relatives-INITIAL_FORMS": 0}
    for place, (name, relation, degree, counts) in enumerate(named):
        data |= {
            f"relatives-{place}-name": name,
            f"relatives-{place}-relation": relation,
            f"relatives-{place}-degree": degree,
        }
        if counts:
            data[f"relatives-{place}-shares_count"] = "on"
    return data
