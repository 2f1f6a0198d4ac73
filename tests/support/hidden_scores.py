"""What assessments, registers and reports hide from those who do not read them there."""

from collections.abc import Callable
from dataclasses import replace

from scores.models import AssessmentCase, RegisterCase, ReportCase
from tests.scores.assessment_support import build_house
from tests.scores.register_support import build_office
from tests.scores.report_support import build_desk
from tests.support.crowd import UNKNOWN, Crowd
from tests.support.hidden import MARK, Hidden, upload
from tests.support.world import World


def assessment_beside(world: World, crowd: Crowd) -> Hidden:
    """An assessment of the other district that a committee examines."""
    house = build_house(replace(world, district=world.other))
    case = house.name_committee(house.begin())
    facts = {"about": "moral.l1.1", "said": "met", "remark": f"{MARK}remark", "files": [upload()]}
    case = house.do(case, "state_criterion", house.integrity, **facts)
    file = case.attachments.last()
    assert file is not None
    arguments = {**UNKNOWN, "public_id": case.public_id, "file_id": file.public_id, "part": "moral"}
    edges = [edge.name for edge in AssessmentCase.graph.edges if edge.sources]
    return Hidden("assessment", "assessment", crowd.outside(), arguments, edges)


def register_beside(world: World, crowd: Crowd) -> Hidden:
    """A confirmed risk of the other district, with a file."""
    office = build_office(replace(world, district=world.other))
    case = office.confirmed("risk", title=f"{MARK}risk", files=[upload()])
    file = case.attachments.get()
    arguments = {**UNKNOWN, "public_id": case.public_id, "file_id": file.public_id}
    edges = [edge.name for edge in RegisterCase.graph.edges if edge.sources]
    return Hidden("register", "register", crowd.outside(), arguments, edges)


def report_beside(world: World, crowd: Crowd) -> Hidden:
    """A report of the other district, with a text that gives it away."""
    desk = build_desk(replace(world, district=world.other))
    case = desk.write(desk.begin(), "problems", f"{MARK}problems")
    arguments = {**UNKNOWN, "public_id": case.public_id, "section": "problems"}
    edges = [edge.name for edge in ReportCase.graph.edges if edge.sources]
    return Hidden("report", "report", crowd.outside(), arguments, edges)


HIDDEN_SCORES: list[Callable[[World, Crowd], Hidden]] = [assessment_beside, register_beside, report_beside]
