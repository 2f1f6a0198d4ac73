"""What was typed into a register: the rules between its fields. Pure."""

from datetime import date, timedelta
from typing import Any

from scores.registers.fields import one_stage_after_the_other

ENDED = date(2026, 11, 10)
SURVEY: dict[str, Any] = {
    "happened_on": ENDED,
    "analysis": "รอนาน",
    "presented_on": ENDED,
    "plan": "เพิ่มจุดบริการ",
    "activities": [{"what": "ตั้งจุดบริการ", "on": ENDED}],
}
EVE = ENDED - timedelta(days=1)
EARLIER = [*SURVEY["activities"], {"what": "ก่อนสำรวจ", "on": EVE}]


def test_what_came_of_a_survey_on_its_last_day_or_later_is_right() -> None:
    assert one_stage_after_the_other(SURVEY) == {}


def test_analysis_or_activity_before_the_survey_ended_is_told_beside_its_field() -> None:
    assert set(one_stage_after_the_other({**SURVEY, "presented_on": EVE})) == {"presented_on"}
    assert set(one_stage_after_the_other({**SURVEY, "activities": EARLIER})) == {"activities"}


def test_day_that_cannot_be_read_is_compared_with_none() -> None:
    assert one_stage_after_the_other({**SURVEY, "happened_on": None, "activities": EARLIER}) == {}
    unread = [{"what": "ไม่มีวัน", "on": None}]
    assert one_stage_after_the_other({**SURVEY, "presented_on": "x", "activities": unread}) == {}
