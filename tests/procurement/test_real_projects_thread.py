"""The whole thread on an export in the form of the open data: purchases come in, a citizen is drawn, appointed, caught
at the second check, replaced in the drawn order, and the replacement's report is answered; the level moves with it."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from procurement.coverage.standing import standing_of
from procurement.draws.records import replacement_places
from procurement.models import CommitteeCase, Observation, PurchaseCase, SeatCase
from procurement.quality import quality_of
from tests.support.levels import registers
from tests.support.purchases import Plan
from tests.support.seats import account_of, drawn, on_paper, open_seat, pool, seats_of
from workflows.checks import problems
from workflows.verification import Report, verify

pytestmark = pytest.mark.django_db
HEADINGS = (
    "project_id", "project_name", "dept_name", "dept_sub_name", "purchase_method_name", "announce_date",
    "project_money", "price_build", "budget_year", "province", "project_status", "winner_tin", "winner", "contract_no",
    "contract_date", "contract_finish_date", "contract_price_agree", "contract_status",
)  # fmt: skip
BUDGETS = (9_000_000, 8_000_000, 7_000_000, 900_000, 800_000, 700_000, 600_000, 510_000)


def export(path: Path, year: int, announced: date, contracts: dict[int, tuple[str, str]] | None = None) -> Path:
    """Made-up purchases in the columns of the export. contracts: place of the purchase to number and name of the
    winner; a purchase without one is announced."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.DictWriter(file, HEADINGS)
        rows.writeheader()
        for place, budget in enumerate(BUDGETS):
            row = {
                "project_id": f"650100001{place:02d}", "project_name": f"ประกวดราคาจ้างก่อสร้างอาคารสมมุติ หลังที่ {place}",
                "dept_name": "กรมสมมุติ", "dept_sub_name": "หน่วย DST",
                "purchase_method_name": "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "announce_date": announced.isoformat(),
                "project_money": budget, "price_build": budget, "budget_year": year, "province": "น่าน",
                "project_status": "ระหว่างดำเนินการ",
            }  # fmt: skip
            if contracts and place in contracts:
                number, name = contracts[place]
                today = timezone.localdate().isoformat()
                row |= {
                    "winner_tin": number, "winner": name, "contract_no": f"{place}/{year}", "contract_date": today,
                    "contract_finish_date": today, "contract_price_agree": budget, "contract_status": "ระหว่างดำเนินการ",
                }  # fmt: skip
            rows.writerow(row)
    return path


def imported(plan: Plan, path: Path, **contracts: Any) -> list[PurchaseCase]:
    """Import the export, and the purchases by their budget, the largest first."""
    announced = max(timezone.localdate() - timedelta(days=3), date(plan.year - 544, 10, 1))
    call_command("import_projects", str(export(path, plan.year, announced, **contracts)), "--format", "cgd")
    return list(PurchaseCase.objects.filter(kind="purchase").order_by("-purchase__budget"))


def with_drawn_citizen(plan: Plan, purchase: PurchaseCase, number: str) -> CommitteeCase:
    """A committee of the purchase, appointed by an order, with the next of the drawn order."""
    committee = plan.committee(purchase)
    on_paper(plan, plan.do(open_seat(plan, committee), "draw_next"))
    return plan.ordered(committee, number)


def level(plan: Plan) -> int:
    return standing_of(plan.unit, plan.year).level


def test_citizen_is_drawn_caught_replaced_and_heard_and_the_level_follows(plan: Plan, tmp_path: Path) -> None:
    purchases = imported(plan, tmp_path / "export.csv")
    assert [case.state for case in purchases] == ["announced"] * len(BUDGETS)
    registers(plan, plan.unit, education=1)
    pool(plan, 10)
    draw = drawn(plan, size=4).draw
    levels = [level(plan)]

    committees = [with_drawn_citizen(plan, case, str(place)) for place, case in enumerate(purchases[:3])]
    levels.append(level(plan))
    committees += [with_drawn_citizen(plan, case, str(place)) for place, case in enumerate(purchases[3:6], start=3)]
    levels.append(level(plan))
    # One order for the quarter: the six seats went to the first six.
    ranks = [seats_of(committee)[0].seat.entry.rank for committee in committees]  # type: ignore[union-attr]
    assert ranks == [1, 2, 3, 4, 5, 6]

    # The bidders become known: one of them has the name of the citizen on the largest purchase.
    first = seats_of(committees[0])[0]
    assert first.seat.person is not None
    bids = [{"supplier": plan.supplier("3100600000017", first.seat.person.name)}]
    plan.do(purchases[0], "record_bids", bids=bids)
    first = SeatCase.objects.get(pk=first.pk)
    assert first.state == "suspended"
    levels.append(level(plan))

    (hit,) = first.seat.hits.all()
    first = plan.do(first, "decide_hit", plan.approver, hit=hit, decision="founded", reasons="เป็นผู้ยื่นข้อเสนอเอง")
    plan.do(first, "discharge", plan.approver, on=timezone.localdate(), reasons="มีส่วนได้เสีย")
    second = seats_of(committees[0])[1]
    assert (second.state, second.seat.follows_id) == ("invited", first.pk)
    # Of those who were offered the fewest seats, the first in the order of replacement that the draw fixed.
    assert first.seat.entry is not None
    assert second.seat.entry is not None
    taken = set(ranks)
    order = replacement_places(draw, first.seat.entry.place)
    free = [place for place in order if draw.entries.get(place=place).rank not in taken]
    assert second.seat.entry.place == free[0]

    account = account_of(second)
    second = plan.do(second, "accept", account)
    second = plan.do(second, "declare", account, seen=1)
    plan.do(second, "clear")
    for member in committees[0].committee.members.filter(person__standing="official"):
        plan.do(CommitteeCase.objects.get(pk=committees[0].pk), "declare_interest", member=member, ground=None)
    committee = plan.do(CommitteeCase.objects.get(pk=committees[0].pk), "amend", reasons="แต่งตั้งผู้แทนภาคประชาชนแทน")
    committee = plan.ordered(committee, "7")
    levels.append(level(plan))
    assert levels == [1, 2, 3, 1, 3]

    committee = plan.meeting(committee, "propose")
    second = SeatCase.objects.get(pk=second.pk)
    assert second.state == "serving"
    facts = {"token": "1", "observed_on": timezone.localdate(), "seen": "เปิดซองครบทุกราย", "documents": "all"}
    second = plan.do(second, "report", account, **facts, concerns="ไม่พบแบบรูปรายการ")
    report = Observation.objects.get(seat=second.pk)
    facts = {"text": "แนบแบบรูปรายการแล้ว", "outcome": "fixed", "fixed_on": timezone.localdate()}
    plan.do(second, "answer_report", report=report, **facts)
    found = quality_of(plan.unit, plan.year)
    assert (found.appointed, found.met, found.invited, found.attended) == (7, 1, 1, 1)
    assert (found.reports, found.answered, found.in_time, found.fixed) == (1, 1, 1, 1)
    assert level(plan) == 3
    assert list(problems()) == []
    assert list(verify(Report())) == []


def test_winner_who_comes_in_by_an_import_is_compared_with_the_citizens(plan: Plan, tmp_path: Path) -> None:
    purchases = imported(plan, tmp_path / "export.csv")
    pool(plan, 4)
    drawn(plan)
    seat = seats_of(with_drawn_citizen(plan, purchases[0], "1"))[0]
    assert seat.state == "appointed"
    person = seat.seat.person
    assert person is not None
    imported(plan, tmp_path / "later.csv", contracts={0: ("3100600000017", person.name)})
    assert SeatCase.objects.get(pk=seat.pk).state == "suspended"
    assert PurchaseCase.objects.get(pk=purchases[0].pk).state == "contracted"
