"""What must not exist for somebody: cases, requests, questions and receipts, with what their addresses name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import ComplaintCase, RequestCase
from complaints.views.citizen.acts import BY_NAME
from organisations.models import User
from tests.support.asking import asked
from tests.support.crowd import UNKNOWN, Crowd
from tests.support.letters import draft
from tests.support.world import World
from workflows.files import Checked, check_upload
from workflows.models import Case, Clock

# Letters that no code has by chance: those of cases and receipts are drawn from digits and letters without I, L, O, U.
MARK = "XUZOL"
STATEMENT = f"{MARK}statement เรียกรับเงิน"
IDENTITY = {"name": f"นาย{MARK}name", "phone": "0812345678", "address": f"{MARK}address"}


@dataclass
class Hidden:
    """Something of the kind `what` (see `OF_CASES`) that must not exist for `to`, with what its addresses name."""

    name: str
    what: str
    to: list[str]
    arguments: dict[str, Any]
    edges: list[str] = field(default_factory=list)
    # Of the complainant's pages: what he may do there.
    names: list[str] = field(default_factory=lambda: ["withdraw"])


def upload() -> Checked:
    """A file whose name and content give it away."""
    return check_upload(SimpleUploadedFile(f"{MARK}file.txt", f"{MARK}content".encode()))


def arguments_of(case: Case) -> dict[str, Any]:
    """All that an address of a case may name."""
    file, letter = case.attachments.first(), case.letters.first() if isinstance(case, ComplaintCase) else None
    asked_of = RequestCase.objects.filter(request__complaint=case.pk).first()
    return {
        **UNKNOWN,
        "public_id": case.public_id,
        "part": case.public_id,
        **({"file_id": file.public_id} if file else {}),
        **({"pk": letter.pk} if letter else {}),
        **({"request_id": asked_of.public_id} if asked_of else {}),
    }


def hidden_complaint(name: str, case: ComplaintCase, to: list[str]) -> Hidden:
    """A complaint as it is now."""
    case = ComplaintCase.objects.get(pk=case.pk)
    edges = [edge.name for edge in case.graph.edges if edge.sources]
    return Hidden(name, "complaint", to, arguments_of(case), edges)


def protected_case(world: World, crowd: Crowd) -> Hidden:
    """Open, in the centre, with everything that an address may name."""
    case = world.into("investigating", world.corruption, statement=STATEMENT, identity=IDENTITY, files=[upload()])
    officer = world.centre_officer
    world.do(case, "add_respondent", officer, name=f"{MARK}respondent", text=f"{MARK}allegation")
    world.do(case, "ask_agencies", officer, units=[world.centre], text=f"{MARK}question", files=[upload()])
    return hidden_complaint("protected", case, crowd.without("centre_"))


def answered_protected_case(world: World, crowd: Crowd) -> Hidden:
    """Replied, with a letter."""
    case = world.into("replied", world.corruption, statement=STATEMENT, identity=IDENTITY, files=[upload()])
    draft(world, case, world.centre_officer, subject=f"{MARK}subject")
    return hidden_complaint("answered", case, crowd.without("centre_"))


def erased_case(world: World, crowd: Crowd) -> Hidden:
    """Erased by two custodians of the centre."""
    case = world.into("closed", world.corruption, statement=STATEMENT, identity=IDENTITY, files=[upload()])
    Clock.objects.filter(case=case.pk, stopped_on=None).update(stopped_on=timezone.localdate())
    case = world.do(case, "ask_erasure", world.centre_custodian, ground="request", reasons=f"{MARK}erase")
    world.do(case, "erase", world.centre_custodian2)
    return hidden_complaint("erased", case, crowd.without("centre_"))


def declared_conflict(world: World, crowd: Crowd) -> Hidden:
    """Of the district, for who said that he has a conflict, and for who has nothing to do with complaints there."""
    case = world.into("investigating", statement=STATEMENT, identity=IDENTITY, files=[upload()])
    world.do(case, "declare_conflict", world.officer2, reasons=f"{MARK}reasons")
    others = "officer2 administrator stranger centre_officer only_administrator only_procurement upper_staff nobody"
    return hidden_complaint("declared", case, [*others.split(), "representative", "gone", "anonymous", "complainant"])


def respondent_and_subordinates(world: World, crowd: Crowd) -> Hidden:
    """The head of the district is complained about: it exists for nobody whom he leads."""
    case = world.into("investigating", statement=STATEMENT, identity=IDENTITY, files=[upload()])
    world.do(case, "add_respondent", world.officer, name=f"{MARK}head", text=f"{MARK}allegation", account=world.head)
    return hidden_complaint("respondent", case, crowd.without("upper_approver", "executive"))


def case_beside(world: World, crowd: Crowd) -> Hidden:
    """Of another district, merged into another case there."""
    officer = User.objects.get(username="other_officer")
    main = world.file(world.ordinary, unit=world.other, statement=STATEMENT)
    case = world.file(world.ordinary, unit=world.other, statement=STATEMENT, identity=IDENTITY, files=[upload()])
    for one in (main, case):
        moved = world.do(one, "start_screening", world.stranger)
        moved = world.do(moved, "accept", world.stranger, kind=world.ordinary, unit=world.other)
        world.do(moved, "assign", world.stranger, to=officer)
    world.do(case, "merge", officer, into=ComplaintCase.objects.get(pk=main.pk), reasons=f"{MARK}reasons")
    return hidden_complaint("beside", case, crowd.without("upper_approver", "executive", "stranger"))


def reclassified_case(world: World, crowd: Crowd) -> Hidden:
    """Of the district, until it became one of corruption; its old number is all that is left there."""
    case = world.into("screening", statement=STATEMENT, identity=IDENTITY, files=[upload()])
    case = world.do(case, "change_kind", world.screener, kind=world.corruption)
    return hidden_complaint("reclassified", case, crowd.without("centre_"))


def request_beside(world: World, crowd: Crowd) -> Hidden:
    """What the anti-corruption centre asks the other district."""
    case = world.into("investigating", world.corruption, statement=STATEMENT)
    facts = {"units": [world.other], "text": f"{MARK}question", "files": [upload()]}
    world.do(case, "ask_agencies", world.centre_officer, **facts)
    asked_of = RequestCase.objects.get(request__complaint=case.pk)
    edges = [edge.name for edge in asked_of.graph.edges if edge.sources]
    to = crowd.without("centre_", "stranger", "upper_approver", "executive")
    return Hidden("request", "request", to, arguments_of(asked_of), edges)


def question_beside(world: World, crowd: Crowd) -> Hidden:
    """What somebody asked another district."""
    question, _receipt = asked(world.other, f"{MARK}question")
    arguments = {**UNKNOWN, "public_id": question.public_id}
    return Hidden("question", "question", crowd.without("stranger"), arguments, ["answer"])


def parts_of_a_receipt(world: World, crowd: Crowd) -> Hidden:
    """What another complainant follows with his code: a case with a part split from it."""
    case = world.into("investigating", statement=STATEMENT, identity=IDENTITY, files=[upload()])
    parts = [{"text": f"{MARK}part{place}", "kind": world.ordinary} for place in (1, 2)]
    world.do(case, "split", world.officer, parts=parts)
    part = ComplaintCase.objects.order_by("-pk")[0]
    assert part.pk != case.pk
    arguments = {**UNKNOWN, "public_id": part.public_id}
    return Hidden("receipt", "receipt", crowd.outside(), arguments, names=list(BY_NAME))


def file_of_a_receipt(world: World, crowd: Crowd) -> Hidden:
    """A file that another complainant sent."""
    case = world.file(statement=STATEMENT, identity=IDENTITY, files=[upload()])
    arguments = {**UNKNOWN, "public_id": arguments_of(case)["file_id"]}
    return Hidden("receipt_file", "receipt", crowd.outside(), arguments, names=list(BY_NAME))


HIDDEN: list[Callable[[World, Crowd], Hidden]] = [
    protected_case,
    answered_protected_case,
    erased_case,
    declared_conflict,
    respondent_and_subordinates,
    case_beside,
    reclassified_case,
    request_beside,
    question_beside,
    parts_of_a_receipt,
    file_of_a_receipt,
]
