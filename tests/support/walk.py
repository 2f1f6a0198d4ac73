"""Many people at random over many complaints and the requests about them, as a year of an agency would be."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints import jobs
from complaints.letters import stages
from complaints.letters.carried import carried_texts
from complaints.models import ComplaintCase, ComplaintKind, DeclineGround, Measure, Penalty, ReferralAgency, RequestCase
from complaints.retention import request_of
from complaints.rules import CORRECTABLE, last_move
from complaints.unattended import note
from organisations.models import Role, Unit, User
from organisations.queries import held_posts
from tests.support.walk_people import more_people
from tests.support.world import TEXT, World
from workflows.actors import IMPORT, Actor
from workflows.files import Checked, check_upload
from workflows.graph import Edge
from workflows.handover import settle
from workflows.models import Case, LedgerEntry
from workflows.refusals import NotAllowed, Refused
from workflows.transitions import open_case, perform
from workflows.watch import give_warnings, take_timed_edges

Facts = dict[str, Any] | None
BEGINNING = datetime(2026, 1, 5, 9, tzinfo=timezone.get_default_timezone())
MOST_CASES = 40
_COMMITTEE = ("chair", "member", "secretary")
# What is said in words, by the name of the fact; and the edges that need nothing else.
WORDS = {
    **dict.fromkeys(("text", "reply", "reasons", "evidence"), "ตามที่ได้ตรวจสอบแล้ว"),
    "body": "ศาลปกครอง",
    "ground": "request",
    "road": "email",
    "address": "somebody@example.org",
}
SAID = {
    **dict.fromkeys("ask_complainant complainant_answered send_progress remind_agency".split(), "text"),
    **dict.fromkeys("note message complainant_message".split(), "text"),
    **dict.fromkeys("answer_directly draft_reply decide_unfounded decide_inconclusive".split(), "reply"),
    **dict.fromkeys("cancel_question return_finding referral_returned request_review refuse_review".split(), "reasons"),
    **dict.fromkeys("rescreen_ex_officio unmerge keep_suspended resume".split(), "reasons"),
    **dict.fromkeys("reveal hold_records release_records declare_conflict".split(), "reasons"),
    "close": "evidence",
    "discontinue": "reply reasons",
    "suspend": "body reasons",
    "ask_erasure": "ground reasons",
    "set_contact": "road address",
}


class Walk:
    """A walk that the same seed repeats. `now` is the moment in it; the test lets the clock of the product say so."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.choose, self.now = world, random.Random(seed), BEGINNING  # noqa: S311 - to be repeated
        self.taken: Counter[tuple[str, str]] = Counter()
        self.tried: Counter[tuple[str, str]] = Counter()
        self.letters = 0
        more_people(world)
        kinds = ComplaintKind.objects
        serious = kinds.filter(parent="service", simple=False, protected=False).order_by("-position")[0]
        kinds.filter(pk=serious.pk).update(serious=True)
        self.kinds = [world.simple, world.ordinary, world.corruption, kinds.get(pk=serious.pk)]
        self._people()
        self._begin()

    def _begin(self) -> None:
        """Some have come far when it begins, so that a short walk sees the end of the law as well."""
        named = {"identity": {"name": "นางสมใจ ใจดี", "email": "somjai@example.org"}}
        ordinary, protected = self.world.ordinary, self.world.corruption
        for state in ("accepted", "awaiting_agency", "review", "acting", "replied", "referred", "merged", "declined"):
            self.world.into(state, ordinary, **named)
        for state in ("investigating", "review", "acting", "referred"):
            self.world.into(state, protected, **named)
        self.world.into("accepted", self.world.simple)

    def _people(self) -> None:
        """Read again: what posts somebody holds is kept on him."""
        self.people = list(User.objects.filter(is_active=True).order_by("pk"))

    # --- What happens -----------------------------------------------------------------------------------------------
    def step(self) -> None:
        """Some hours pass, and something happens."""
        self.now += timedelta(hours=self.choose.choice([0, 0, 1, 3, 8, 20]))
        what = self.choose.random()
        if what < 0.025:
            self.night()
        elif what < 0.04:
            self.somebody_leaves_or_comes()
        elif what < 0.1 and ComplaintCase.objects.filter(kind="complaint").count() < MOST_CASES:
            self.comes_in()
        else:
            self.act()

    def night(self) -> None:
        """What the worker does by itself, in the order of its hours."""
        jobs.settle_conflicts(0)
        settle()
        jobs.take_up_what_is_left(0)
        note()
        take_timed_edges()
        give_warnings()

    def comes_in(self) -> None:
        """Somebody complains on the website, an officer registers a letter, or a report is imported."""
        kind, unit = (
            self.choose.choice([*self.kinds, None]),
            self.choose.choice([self.world.district, self.world.other]),
        )
        if self.choose.random() < 0.2:
            edge = self.choose.choice(["import_received", "import_investigating", "import_closed"])
            at = self.now - timedelta(days=1)
            facts: dict[str, Any] = {"channel": "referral", "statement": TEXT, "kind": kind or self.world.simple}
            open_case("complaint", edge, IMPORT, unit=unit, at=at, silent=True, **facts)
            return
        by_letter = self.choose.random() < 0.5
        identity = {"name": "นางสมใจ ใจดี", "email": "somjai@example.org"} if self.choose.random() < 0.5 else None
        self.world.file(kind, channel="letter" if by_letter else "website", unit=unit, identity=identity)

    def somebody_leaves_or_comes(self) -> None:
        """An officer or approver leaves the service, or one who left is there again; once a unit closes."""
        gone = User.objects.filter(is_active=False).order_by("pk").first()
        if gone is not None:
            User.objects.filter(pk=gone.pk).update(is_active=True)
        else:
            names = "officer officer2 screener centre_officer approver asked_clerk".split()
            User.objects.filter(username=self.choose.choice(names)).update(is_active=False)
        neighbour = Unit.objects.get(code="NEI")
        if neighbour.closed_on is None and Case.objects.filter(unit=neighbour, is_open=True).exists():
            Unit.objects.filter(pk=neighbour.pk).update(closed_on=timezone.localdate(), successor=self.world.other)
        self._people()

    def act(self) -> None:
        """Somebody takes an edge of a case, rather one that was seldom tried, and seldom one that ends the case."""
        ways = [(case, edge) for case in self._some_cases() for edge in case.graph.edges_from(case.state)]
        ways = [(case, edge) for case, edge in ways if {who.code for who in edge.by} != {"timer"}]
        weights = [self._weight(case, edge) for case, edge in ways]
        for _again in range(5):
            if ways and self._try(*self.choose.choices(ways, weights)[0]):
                return

    def _weight(self, case: Any, edge: Edge) -> float:
        ends = edge.moves and not any(case.graph.state(code).is_open for code in case.graph.targets(edge))
        return float((0.2 if ends else 1) / (1 + self.tried[case.kind, edge.name]) ** 1.5)

    def _some_cases(self) -> list[Any]:
        found: list[Any] = []
        for model, kind, most in ((ComplaintCase, "complaint", 4), (RequestCase, "request", 1)):
            cases = model.objects.filter(kind=kind).order_by("pk")
            keys = list(cases.filter(is_open=True).values_list("pk", flat=True))
            if not keys or self.choose.random() < 0.15:
                keys = list(cases.values_list("pk", flat=True))
            found += model.objects.filter(pk__in=self.choose.sample(keys, min(most, len(keys)))).order_by("pk")
        return found

    def _try(self, case: Any, edge: Edge) -> bool:
        actors = [Actor.person(user) for user in self.people] + [Actor.complainant(case)]
        able = [actor for actor in actors if any(who.holds(actor, case) for who in edge.by)]
        facts = self.facts_of(case, edge.name)
        if facts is None:
            return False
        self.tried[case.kind, edge.name] += 1
        if self.choose.random() < 0.1:
            self._refuses(case, edge, self.choose.choice([actor for actor in actors if actor not in able]), facts)
        for actor in self.choose.sample(able, min(4, len(able))):
            try:
                perform(case, edge.name, actor, **facts)
            except Refused:
                continue
            self.taken[case.kind, edge.name] += 1
            return True
        return False

    def _refuses(self, case: Any, edge: Edge, actor: Actor, facts: dict[str, Any]) -> None:
        before = LedgerEntry.objects.filter(case=case.pk).count()
        try:
            perform(case, edge.name, actor, **facts)
        except NotAllowed:
            assert LedgerEntry.objects.filter(case=case.pk).count() == before
            return
        raise AssertionError(f"{actor} was let through to {edge.name}")

    # --- Facts ------------------------------------------------------------------------------------------------------
    def facts_of(self, case: Any, edge: str) -> Facts:
        """Facts with which the edge could be taken; None where there are none now."""
        if case.kind == "request":
            return self._facts_of_request(case, edge)
        maker = cast("Callable[[ComplaintCase], Facts] | None", getattr(self, f"_{edge}", None))
        return maker(case) if maker else {fact: WORDS[fact] for fact in SAID.get(edge, "").split()}

    def _to(self, case: ComplaintCase) -> Facts:
        return {"to": self._somebody(case, Role.OFFICER)}

    _assign = _reassign = _to

    def _hand_over(self, case: ComplaintCase) -> Facts:
        return {"to": self._somebody(case, Role.OFFICER), "reasons": "ย้ายงาน"}

    _reopen = _reopen_ex_officio = _hand_over

    def _accept(self, case: ComplaintCase) -> Facts:
        return {"kind": self._kind(case), "unit": case.unit}

    def _change_kind(self, case: ComplaintCase) -> Facts:
        return {"kind": self._kind(case)}

    def _decline(self, case: ComplaintCase) -> Facts:
        return {"ground": DeclineGround.objects.order_by("code")[0], "reply": "ไม่อยู่ในอำนาจ"}

    def _approve_reply(self, case: ComplaintCase) -> Facts:
        newest = case.replies.last()
        return {"reply_seen": newest.pk} if newest else None

    def _answer(self, case: ComplaintCase) -> Facts:
        newest = case.replies.last()
        return {} if newest and newest.approved_at and not newest.sent_at else None

    def _correct(self, case: ComplaintCase) -> Facts:
        move = last_move(case)
        slip = move and move.verb in CORRECTABLE and timezone.localdate(move.at) == timezone.localdate()
        return {"reasons": "กดผิด"} if slip else None

    def _erase(self, case: ComplaintCase) -> Facts:
        return {} if request_of(case) else None

    def _reopen_screening(self, case: ComplaintCase) -> Facts:
        return {"reasons": "มีข้อเท็จจริงใหม่"} if case.came_from == "declined" else None

    def _attach(self, case: ComplaintCase) -> Facts:
        return {"files": [_paper()]}

    def _extend(self, case: ComplaintCase) -> Facts:
        clock = case.clocks.filter(stopped_on=None, duty=True).order_by("pk").first()
        return {"clock": clock, "days": 5, "reasons": "รอเอกสาร"} if clock else None

    def _add_respondent(self, case: ComplaintCase) -> Facts:
        return {"name": "นายสมมุติ", "text": "เรียกรับเงิน", "account": self._accused()}

    def _ask_agencies(self, case: ComplaintCase) -> Facts:
        return {"units": self._units(2), "text": "ขอคำชี้แจง"}

    def _ask_another_agency(self, case: ComplaintCase) -> Facts:
        return {"units": self._units(1), "text": "ขอคำชี้แจง"}

    def _transfer(self, case: ComplaintCase) -> Facts:
        codes = ("ACC", "ACC2") if case.protected else ("DST", "OTH", "NEI")
        units = list(Unit.objects.filter(code__in=codes, closed_on=None).order_by("code"))
        return {"unit": self.choose.choice(units), "reasons": "ไม่ใช่ของหน่วยนี้"}

    def _refer(self, case: ComplaintCase) -> Facts:
        agencies = list(ReferralAgency.objects.order_by("-binding", "code"))
        return {"agency": self.choose.choice(agencies[:3]), "reasons": "อยู่ในอำนาจของหน่วยงานนั้น"}

    def _referral_answered(self, case: ComplaintCase) -> Facts:
        outcome = self.choose.choice(["founded", "unfounded"])
        return {"outcome": outcome, "evidence": "หนังสือ", "reasons": "ตามหนังสือ"}

    def _binding_finding(self, case: ComplaintCase) -> Facts:
        return {"measures": self._measures(case), "evidence": "มติ", "reasons": "ชี้มูล"}

    def _split(self, case: ComplaintCase) -> Facts:
        return {"parts": [{"text": "ส่วนที่หนึ่ง"}, {"text": "ส่วนที่สอง", "kind": self._kind(case)}]}

    def _rate(self, case: ComplaintCase) -> Facts:
        return {"stars": self.choose.randint(1, 5)}

    def _facts_of_request(self, case: RequestCase, edge: str) -> Facts:
        text, reasons = {"text": "ข้อความ"}, {"reasons": "เหตุผล"}
        facts: dict[str, dict[str, Any]] = {
            "give": {"to": self._somebody(case, Role.OFFICER)},
            **dict.fromkeys(("answer", "answer_late", "remind", "note"), text),
            "give_time": {"clock": case.clocks.filter(stopped_on=None).first(), "days": 3, **reasons},
            "pass_on": {"unit": self._units(1)[0], **reasons},
            "cancel": reasons,
        }
        return facts.get(edge, {})

    def _of_unit(self, unit: int, role: str) -> list[User]:
        return [
            user
            for user in self.people
            if any(post.unit_id == unit and role in post.roles for post in held_posts(user))
        ]

    def _somebody(self, case: Case, role: str) -> User:
        return self.choose.choice(self._of_unit(case.unit_id, role) or self.people)

    def _kind(self, case: ComplaintCase) -> ComplaintKind:
        if case.protected:
            return self.world.corruption
        # Seldom: what is protected stays so.
        return self.choose.choices(self.kinds, [4, 4, 1, 2])[0]

    def _accused(self) -> User | None:
        names = "officer2 asked_clerk head centre_officer2 above_head".split()
        if self.choose.random() < 0.6:
            return None
        return User.objects.get(username=self.choose.choice(names))

    def _units(self, count: int) -> list[Unit]:
        codes = ("DST", "OTH", "NEI", "PRV")
        return self.choose.sample(list(Unit.objects.filter(code__in=codes, closed_on=None).order_by("code")), count)

    def _appoint_committee(self, case: ComplaintCase) -> Facts:
        officers = self._of_unit(case.unit_id, Role.OFFICER)
        if len(officers) < len(_COMMITTEE):
            return None
        members = [{"user": user, "part": part} for user, part in zip(officers, _COMMITTEE, strict=False)]
        return {"order_number": "1/2569", "ordered_on": timezone.localdate(), "members": members}

    def _named(self, case: ComplaintCase) -> list[Any]:
        return list(case.respondents.filter(removed_at=None).order_by("pk"))

    def _measures(self, case: ComplaintCase) -> list[dict[str, Any]]:
        owner = case.holder or self._somebody(case, Role.OFFICER)
        kind = self.choose.choice([Measure.Kind.CORRECTIVE, Measure.Kind.CRIMINAL, Measure.Kind.NONE])
        due = timezone.localdate() + timedelta(days=self.choose.randint(1, 90))
        row = {"kind": kind, "text": "แก้ไข", "owner": owner, "due_on": due}
        return [row, *({**row, "kind": Measure.Kind.DISCIPLINE, "respondent": named} for named in self._named(case))]

    def _decide_founded(self, case: ComplaintCase) -> Facts:
        return {"measures": self._measures(case)}

    _decide_partly = _decide_founded

    def _submit_finding(self, case: ComplaintCase) -> Facts:
        rows = [
            {"respondent": named, "outcome": "founded" if named.hearings.exists() else "unfounded", "reasons": "มีพยาน"}
            for named in self._named(case)
        ]
        outcome = "founded" if rows else self.choose.choice(["founded", "unfounded", "inconclusive"])
        return {"outcome": outcome, "reasons": "พบจริง", "evidence": "ภาพถ่าย", "respondents": rows}

    def _measure_done(self, case: ComplaintCase) -> Facts:
        left = case.measures.filter(done_at=None).first()
        return {"measure": left, "evidence": "ภาพถ่าย"} if left else None

    def _one_named(self, case: ComplaintCase, **facts: Any) -> Facts:
        named = self._named(case)
        return {"respondent": self.choose.choice(named), **facts} if named else None

    def _remove_respondent(self, case: ComplaintCase) -> Facts:
        return self._one_named(case, reasons="ชื่อซ้ำ")

    def _hear_respondent(self, case: ComplaintCase) -> Facts:
        return self._one_named(case, text="ปฏิเสธ", heard_on=timezone.localdate())

    def _record_penalty(self, case: ComplaintCase) -> Facts:
        return self._one_named(case, kind="reprimand", order_number="2/2569", ordered_on=timezone.localdate())

    def _copy_penalty(self, case: ComplaintCase) -> Facts:
        waiting = Penalty.objects.filter(respondent__case=case.pk, copied_on=None).first()
        return {"penalty": waiting, "evidence": "หนังสือนำส่ง"} if waiting else None

    def _merge(self, case: ComplaintCase) -> Facts:
        others = ComplaintCase.objects.filter(kind="complaint", is_open=True, protected=case.protected)
        keys = list(others.exclude(pk=case.pk).order_by("pk").values_list("pk", flat=True))
        return {"into": ComplaintCase.objects.get(pk=self.choose.choice(keys))} if keys else None

    # --- Letters ----------------------------------------------------------------------------------------------------
    def _draft_letter(self, case: ComplaintCase) -> Facts:
        texts = carried_texts(case)
        return {"carries": self.choose.choice(texts).key, "other_signatory": "นายลงนาม\nนายอำเภอ"} if texts else None

    def _letter(self, case: ComplaintCase, stage: stages.Stage, **facts: Any) -> Facts:
        letter = case.letters.filter(**stage).order_by("pk").last()
        return {"letter": letter, **facts} if letter else None

    def _register_letter(self, case: ComplaintCase) -> Facts:
        self.letters += 1
        return self._letter(case, stages.DRAFTED, number=f"นน 0017/{self.letters}", registered_on=timezone.localdate())

    def _attach_signed(self, case: ComplaintCase) -> Facts:
        return self._letter(case, stages.WITHOUT_SCAN, files=[_paper()])

    def _despatch_letter(self, case: ComplaintCase) -> Facts:
        return self._letter(case, stages.NOT_DESPATCHED, despatched_on=timezone.localdate(), way="post")

    def _cancel_letter(self, case: ComplaintCase) -> Facts:
        return self._letter(case, stages.NOT_GONE, reasons="ผิดฉบับ")


def _paper() -> Checked:
    return check_upload(SimpleUploadedFile("paper.txt", "หลักฐาน".encode()))
