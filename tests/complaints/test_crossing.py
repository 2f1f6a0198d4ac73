"""What complaints do for other apps: open one, once, and count parties that may be counted."""

import pytest
from django.utils import timezone

from complaints import crossing
from complaints.models import Complaint, ComplaintCase, ComplaintKind
from complaints.queries import complaint_by_receipt
from tests.support.world import World
from workflows import sealing
from workflows.crossing import link_about, parties_to
from workflows.models import LedgerEntry
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db
SECRET = "k" * 43


def opened(world: World, **facts: object) -> tuple[ComplaintCase, str]:
    given = {"unit": world.district, "text": "งานไม่ตรงแบบ", "by": None, "at": timezone.now(), "secret": SECRET, **facts}
    case, receipt = crossing.open_complaint(**given)  # type: ignore[arg-type]
    return ComplaintCase.objects.get(pk=case.pk), receipt


def test_receipt_opens_the_complaint_and_is_not_stored(world: World) -> None:
    case, receipt = opened(world)
    assert complaint_by_receipt(receipt) == case
    assert receipt.replace("-", "")[8:] not in str(Complaint.objects.values_list().get())
    assert list(case.ledger.order_by("seq").values_list("verb", "actor_kind")) == [
        ("register", "complainant"),
        ("acknowledge", "complainant"),
    ]


def test_same_secret_is_one_complaint(world: World) -> None:
    case, receipt = opened(world)
    assert opened(world, text="อย่างอื่น") == (case, receipt)
    assert Complaint.objects.count() == 1
    assert opened(world, secret="j" * 43)[0] != case


def test_lookup_part_that_is_taken_is_passed_over(world: World) -> None:
    other, _receipt = opened(world, secret="j" * 43)
    Complaint.objects.filter(pk=other.pk).update(receipt_lookup=crossing.receipt_of(SECRET).lookup)
    case, receipt = opened(world)
    assert case != other
    assert complaint_by_receipt(receipt) == case
    assert opened(world) == (case, receipt)


@pytest.mark.parametrize(
    ("about", "kind"), [("offers", "procurement_bidding"), ("work", "procurement_work"), ("purchase", "procurement")]
)
def test_kind_by_what_it_is_about(world: World, about: str, kind: str) -> None:
    assert opened(world, about=about)[0].category == kind


def test_kind_that_is_not_offered_falls_back_to_its_group_and_then_to_none(world: World) -> None:
    ComplaintKind.objects.filter(pk="procurement_work").update(active=False)
    assert opened(world, about="work")[0].category == "procurement"
    ComplaintKind.objects.filter(pk="procurement").update(active=False)
    assert opened(world, about="work", secret="j" * 43)[0].category == ""


def test_corruption_is_protected_and_goes_above(world: World) -> None:
    case, _receipt = opened(world, corruption=True)
    assert case.protected
    assert case.unit != world.district
    assert case.complaint.text == ""
    ComplaintKind.objects.filter(pk="corruption").update(protected=False)
    with pytest.raises(Missing):
        opened(world, corruption=True, secret="j" * 43)


def test_by_is_never_stored(world: World) -> None:
    case, _receipt = opened(world, by=world.officer)
    assert not LedgerEntry.objects.filter(case=case.pk).exclude(actor=None).exists()


def test_parties_are_counted_unless_protected(world: World) -> None:
    about, _receipt = opened(world, secret="p" * 43)
    phone = {"phone": "081 234 5678", "name": "นาย ก"}
    plain, _receipt = opened(world, secret="a" * 43, identity=phone)
    kept, _receipt = opened(world, secret="b" * 43, identity=phone, corruption=True)
    nobody, _receipt = opened(world, secret="c" * 43)
    for case in (plain, kept, nobody):
        link_about(case, about, by=None, at=timezone.now())
    hashes = {"phone": sealing.lookup_hash("0812345678", "phone").hex(), "email": ""}
    assert parties_to(about, hashes) == 1
    assert crossing.parties([plain.pk, kept.pk, nobody.pk], hashes) == 1
    assert crossing.parties([plain.pk], {"phone": "", "email": ""}) == 0
    assert parties_to(about, {"phone": "00", "email": "00"}) == 0
