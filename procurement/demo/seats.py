"""The seats of the demo: how a citizen comes to the committee of an activity, and what becomes of him there."""

from typing import TYPE_CHECKING, Any

from organisations.models import User
from procurement.actions.suppliers import record_person, supplier_of
from procurement.models import CommitteeCase, Member, Observation, Person, PurchaseCase, SeatCase, SupplierPerson
from procurement.pool.line import bars_of, draw_for
from procurement.states import seat as law
from workflows.models import Case

from .plan import KIN_FIRM

if TYPE_CHECKING:
    from .load import Road


class Seats:
    """The citizen seats of one purchase."""

    def __init__(self, road: "Road") -> None:
        self.road, self.story = road, road.row.story

    # --- Into the draft -------------------------------------------------------------------------------------------
    def fill(self, committee: CommitteeCase, purchase: PurchaseCase, point: str) -> CommitteeCase:
        """Give the draft its citizen: by the draw of the quarter where there is one, else by nomination. How far he
        comes is his story."""
        road = self.road
        if draw_for(committee.unit_id, road.day(point)) is None:
            return self._nominated(committee, point)
        seat = self._opened(committee, point)
        if self.story == "vacant":
            return committee
        seat = road.do(seat, "draw_next", road.staff, point, hour=11)
        seat = road.do(seat, "invite", road.staff, point, hour=12)
        if self.story == "invited":
            return committee
        if self.story == "declined":
            road.do(seat, "decline", account_of(seat), point, hour=12, text="ช่วงนี้ต้องดูแลคนในครอบครัว")
            # The next in line was invited by itself.
            seat = SeatCase.objects.get(seat__follows=seat.pk)
        self._answered(seat, purchase, point)
        return committee

    def _opened(self, committee: CommitteeCase, point: str) -> SeatCase:
        road = self.road
        facts = {"unit": committee.unit, "committee": committee.committee}
        seat: SeatCase = road.player.open("seat", "open", road.staff, road.moment(point, 11), **facts)
        return seat

    def _answered(self, seat: SeatCase, purchase: PurchaseCase, point: str) -> None:
        road, account = self.road, account_of(seat)
        seat = road.do(seat, "accept", account, point, hour=13)
        if self.story == "accepted":
            return
        if self.story == "hit":
            self._kin_bids(purchase, seat, point, hour=13)
        seat = road.do(seat, "declare", account, point, hour=14, seen=version_of(seat))
        if self.story != "hit":
            road.do(seat, "clear", road.staff, point, hour=15)

    def _nominated(self, committee: CommitteeCase, point: str) -> CommitteeCase:
        road, unit = self.road, committee.unit
        pool = Person.objects.filter(standing="citizen", citizen__status="admitted", active=True)
        pool = pool.exclude(memberships__committee__purchase=committee.committee.purchase_id).order_by("pk")
        barred = bars_of(committee.committee, pool, road.day(point))
        free = [person for person in pool if not barred[person.pk]]
        near = [person for person in free if person.unit_id == unit.pk] or free
        person = near[(sum(map(ord, road.row.code)) + road.activity.fiscal_year) % len(near)]
        facts = {"person": person, "duty": Member.Duty.MEMBER, "nomination": f"{person.network}เสนอชื่อ"}
        committee = road.do(committee, "add_member", road.staff, point, hour=11, **facts)
        # He answers by telephone and declares on paper; nothing is found.
        seat = road.do(self._only(committee), "invite", road.staff, point, hour=12)
        seat = road.do(seat, "record_acceptance", road.staff, point, hour=13, text="ตอบรับทางโทรศัพท์")
        seat = road.do(seat, "declare", road.staff, point, hour=14, seen=version_of(seat))
        road.do(seat, "clear", road.staff, point, hour=15)
        return committee

    def _only(self, committee: Case) -> SeatCase:
        return SeatCase.objects.get(seat__committee=committee.pk, seat__person__isnull=False, is_open=True)

    # --- In office ------------------------------------------------------------------------------------------------
    def after_order(self, purchase: PurchaseCase, committee: CommitteeCase) -> None:
        """The second check: the bidders become known, and one of them is led by somebody of the citizen's name."""
        if self.story == "suspended":
            self._kin_bids(purchase, self._only(committee), "ordered", hour=15)

    def _kin_bids(self, purchase: PurchaseCase, seat: SeatCase, point: str, hour: int) -> None:
        road, name = self.road, str(SeatCase.objects.select_related("seat__person").get(pk=seat.pk).seat.person)
        firm = supplier_of(tin=KIN_FIRM[0], name=KIN_FIRM[1])
        record_person(supplier=firm, name=name, part=SupplierPerson.Part.DIRECTOR)
        bids = [{"supplier": firm, "amount": road.price, "submitted_on": road.day(point)}]
        road.do(purchase, "record_bids", road.staff, point, hour=hour, bids=bids)

    def ballot(self, member: Member) -> dict[str, Any]:
        """How it was with a member at a meeting. A suspended one is not asked; one was forgotten."""
        citizen = member.person.standing == Person.Standing.CITIZEN
        there = not (citizen and self.story == "never_invited")
        vote = "for" if there else ""
        return {"member": member, "invited": there, "attended": there, "documents": there, "vote": vote}

    def after_meeting(self, committee: CommitteeCase) -> None:
        """What he reports, and what he is answered."""
        if self.story not in ("reports", "fixed", "late"):
            return
        road, seat = self.road, self._only(committee)
        seat = self._reports(seat, 1, "met", 15, concerns="ขอบเขตงานไม่ระบุชั้นคุณภาพวัสดุ", documents="some",
                             refused_documents="ใบเสนอราคาของผู้ยื่นรายที่สอง")  # fmt: skip
        if self.story == "late":
            return
        answer = {"text": "รับข้อสังเกตแล้ว จะเพิ่มชั้นคุณภาพวัสดุไว้ในขอบเขตงาน", "outcome": Observation.Outcome.PROMISED}
        seat = road.do(seat, "answer_report", road.staff, "met", hour=16, report=self._report(seat, 1), **answer)
        if self.story == "fixed":
            fixed = {"report": self._report(seat, 1), "on": road.day("met")}
            road.do(seat, "record_fix", road.staff, "met", hour=17, **fixed)
        else:
            self._reports(seat, 2, "met", 17, concerns="ผู้เสนอราคาสองรายใช้ที่อยู่ใกล้กัน ขอให้ตรวจสอบ", documents="all")

    def _reports(self, seat: SeatCase, number: int, point: str, hour: int, **facts: Any) -> SeatCase:
        seen = "เข้าร่วมประชุมพิจารณาผล เปิดซองต่อหน้ากรรมการทุกคน อ่านราคาครบทุกราย"
        road, account = self.road, account_of(seat)
        given = {"token": f"demo{number}", "observed_on": road.day(point), "seen": seen, **facts}
        moved: SeatCase = road.do(seat, "report", account, point, hour=hour, **given)
        return moved

    def _report(self, seat: Case, number: int) -> Observation:
        return Observation.objects.get(seat=seat.pk, number=number)

    def conclude(self, committee: CommitteeCase) -> None:
        """The committee has ended: his seat is completed, once every report is answered."""
        road = self.road
        for seat in SeatCase.objects.filter(seat__committee=committee.pk, state=law.CONCLUDING).order_by("pk"):
            if self.story == "late":
                answer = {"text": "ชี้แจงแล้วในหนังสือนำส่ง", "outcome": Observation.Outcome.EXPLAINED}
                report, at = self._report(seat, 1), road.moment("completed", 15)
                answered = road.player.act(seat, "answer_report", road.staff, at, report=report, **answer)
                road.player.act(answered, "complete", road.staff, at)
            else:
                road.do(seat, "complete", road.staff, "contracted", hour=10)


def version_of(seat: Case) -> int:
    """The version of the bidders that the citizen is shown."""
    return SeatCase.objects.get(pk=seat.pk).seat.committee.purchase.bidders_version


def account_of(seat: Case) -> User:
    """The account of the citizen of a seat."""
    return User.objects.get(citizen__person__seats=seat.pk)
