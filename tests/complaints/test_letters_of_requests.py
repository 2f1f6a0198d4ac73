"""Letters of requests to units: which of several, to whom, only while an answer is waited for; numbers and dates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.forms.letters import DraftLetterForm
from complaints.letters.addressing import usual_addressee
from complaints.letters.carried import carried
from complaints.models import AgencyRequest, ComplaintCase, RequestCase
from organisations.actions import rebuild_reach
from organisations.models import Holding, Post, Role
from tests.support.letters import draft, letterhead, register, replied
from tests.support.world import ALWAYS, World, make_person, make_unit
from workflows.refusals import Missing

pytestmark = pytest.mark.django_db


def asked(world: World) -> ComplaintCase:
    make_person("province_officer", world.province, Role.OFFICER)
    units = [world.other, world.province]
    return world.do(world.into("investigating"), "ask_agencies", world.officer, units=units, text="ขอทราบข้อเท็จจริง")


def offered(world: World, case: ComplaintCase) -> list[str]:
    return [str(label) for _key, label in DraftLetterForm(case=case, user=world.officer).fields["carries"].choices]


def test_options_say_which_unit_is_asked_and_by_which_number(world: World) -> None:
    case = asked(world)
    requests = RequestCase.objects.filter(request__complaint=case.pk)
    labels = offered(world, case)
    for request in requests:
        assert len([label for label in labels if str(request.unit) in label and request.number in label]) == 1


def test_request_that_is_over_goes_out_no_more(world: World) -> None:
    case = asked(world)
    over, goes_on = RequestCase.objects.filter(request__complaint=case.pk).order_by("pk")
    world.do(over, "cancel", world.officer, reasons="ไม่ต้องการแล้ว")
    (label,) = offered(world, case)
    assert goes_on.number in label
    with pytest.raises(Missing) as refused:
        draft(world, case, carries=f"request-{over.request.pk}")
    assert refused.value.field == "letter_carries"
    world.do(goes_on, "cancel", world.officer, reasons="ไม่ต้องการแล้ว")
    with pytest.raises(Missing):
        draft(world, case, carries=f"request-{goes_on.request.pk}")
    assert offered(world, case) == []


def test_letter_goes_to_who_leads_the_unit_and_says_which(world: World) -> None:
    unit = make_unit("NEW", under=world.province)
    rebuild_reach()
    make_person("new_officer", unit, Role.OFFICER)
    case = world.do(world.into("investigating"), "ask_agencies", world.officer, units=[unit], text="ขอทราบข้อเท็จจริง")
    what = carried(case, f"request-{AgencyRequest.objects.get(complaint=case).pk}")
    assert what is not None
    assert usual_addressee(case, what) == unit.name_th
    make_person("new_head", unit, Role.HEAD)
    assert usual_addressee(case, what) == f"ตำแหน่ง {unit.name_th}"
    title = f"ผู้อำนวยการ{unit.name_th}"
    post = Post.objects.create(unit=unit, title_th=title, title_en="-", roles=[Role.EXECUTIVE], valid=ALWAYS)
    Holding.objects.create(post=post, user=world.officer2, valid=ALWAYS)
    assert usual_addressee(case, what) == title


def test_number_that_is_given_here_is_not_dated_before_the_one_before(world: World) -> None:
    first, second = replied(world), replied(world)
    letterhead(world.district, gives_numbers=True)
    today = timezone.localdate()
    register(world, first, draft(world, first), "")
    with pytest.raises(Missing) as refused:
        register(world, second, draft(world, second), "", registered_on=today - timedelta(days=1))
    assert refused.value.field == "letter_day"
    letterhead(world.district, gives_numbers=False)
    assert register(world, second, second.letters.last(), "9", registered_on=today - timedelta(days=1)).number == "9"
