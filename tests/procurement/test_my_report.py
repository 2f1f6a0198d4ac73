"""The observation report of a citizen: sent once, answered, and refused with what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.models import Observation, SeatCase
from tests.procurement.my_support import in_office, invited, read, suspended
from tests.support.purchases import Plan
from tests.support.seats import account_of
from tests.workflows import samples

pytestmark = pytest.mark.django_db
TOKEN = "a" * 20


def photo(name: str = "หน้างาน.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.photo(), "image/jpeg")


def send(client: Client, seat: Any, **data: Any) -> Any:
    """Send a report of today, unless said otherwise."""
    typed = {
        "token": TOKEN,
        "observed_on": timezone.localdate().isoformat(),
        "attended": "yes",
        "seen": "เปิดซองครบสามราย",
    }
    return client.post(reverse("my_report", args=[seat.public_id]), {**typed, **data})


def test_report_with_everything(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    plan.meeting(committee)
    client.force_login(account_of(seat))
    meeting = committee.committee.meetings.get()
    form = read(client, "my_report", seat.public_id)
    assert "Meeting 1" in form
    answer = send(
        client, seat, meeting=meeting.pk, observed_on="", documents="some", refused_documents="ราคากลาง",
        concerns="ราคาใกล้กันมาก", dissent="ควรต่อรอง", files=[photo(), photo("สอง.jpg")],
    )  # fmt: skip
    assert answer.status_code == 302
    row = Observation.objects.get()
    assert (row.meeting, row.observed_on, row.documents, row.attended) == (meeting, meeting.held_on, "some", True)
    assert row.files.count() == 2
    assert row.files.all()[0].content_type == "image/jpeg"
    page = read(client, "my_seat", seat.public_id)
    assert "Your report was sent" in page
    assert "waits for the answer" in page
    assert "ราคากลาง" in page
    assert client.get(reverse("my_file", args=[seat.public_id, row.files.all()[0].public_id])).status_code == 200


def test_report_sent_twice_is_one(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    assert send(client, seat).status_code == 302
    assert send(client, seat, seen="อีกครั้ง").status_code == 302
    row = Observation.objects.get()
    assert row.seen == "เปิดซองครบสามราย"
    assert "sent before" in read(client, "my_seat", seat.public_id)
    assert f'data-sent-tokens="{TOKEN}"' in read(client, "my_report", seat.public_id)


def test_script_is_told_where_to_go(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    address = reverse("my_report", args=[seat.public_id])
    typed = {"token": TOKEN, "observed_on": timezone.localdate().isoformat(), "attended": "yes", "seen": "ครบ"}
    for _again in range(2):
        answer = client.post(address, typed, headers={"accept": "application/json"})
        assert answer.json() == {"url": reverse("my_seat", args=[seat.public_id]) + "#reports"}
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"seen": ""}, "Write what you saw"),
        ({"observed_on": ""}, "Say on which day"),
        ({"observed_on": (timezone.localdate() + timedelta(days=1)).isoformat()}, "has not come yet"),
        ({"observed_on": "2020-01-01"}, "not appointed yet"),
        ({"attended": ""}, "Say whether you were there"),
        ({"meeting": "999999"}, "Select a valid choice"),
        ({"token": "x"}, ""),
    ],
)
def test_refused_report_keeps_what_was_typed(plan: Plan, client: Client, typed: dict[str, str], sentence: str) -> None:
    seat, committee = in_office(plan)
    plan.meeting(committee)
    client.force_login(account_of(seat))
    answer = send(client, seat, concerns="ข้อกังวลยาว ๆ", **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "ข้อกังวลยาว ๆ" in answer.content.decode()
    assert not Observation.objects.exists()


def test_refused_photo_says_that_they_have_to_be_chosen_again(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    answer = send(client, seat, files=[photo(), SimpleUploadedFile("x.exe", b"MZ" + bytes(100))])
    assert answer.status_code == 422
    assert "Choose your photos and files again" in answer.content.decode()


def test_too_many_files_of_one_citizen_are_refused(plan: Plan, client: Client, settings: Any) -> None:
    settings.EVIDENCE_MAX_FILES_OF_CASE = 1
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    answer = send(client, seat, files=[photo(), photo("สอง.jpg")])
    assert answer.status_code == 422
    assert "At most 1 files" in answer.content.decode()
    assert not Observation.objects.exists()


def test_before_the_order_there_is_nothing_to_report(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    assert client.get(reverse("my_report", args=[seat.public_id])).status_code == 409
    answer = send(client, seat, seen="ข้อความยาวกว่ายี่สิบตัวอักษรแน่นอน")
    assert answer.status_code == 409
    assert "ข้อความยาวกว่ายี่สิบตัวอักษรแน่นอน" in answer.content.decode()


def test_suspended_may_still_report(plan: Plan, client: Client) -> None:
    seat = suspended(plan)
    client.force_login(account_of(seat))
    assert send(client, seat).status_code == 302


def test_answer_and_change_are_shown(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    send(client, seat)
    seat = SeatCase.objects.get(pk=seat.pk)
    row = Observation.objects.get()
    plan.do(seat, "answer_report", report=row, text="จะติดป้ายใหม่", outcome="promised")
    page = read(client, "my_seat", seat.public_id)
    assert "จะติดป้ายใหม่" in page
    assert "something will be changed" in page
    plan.do(seat, "record_fix", report=row, on=timezone.localdate())
    assert "something was changed" in read(client, "my_seat", seat.public_id)


def test_worker_serves_only_its_own_page_and_holds_nobody(client: Client) -> None:
    answer = client.get(reverse("my_report_worker"))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert "registration.scope" in answer.content.decode()
    assert reverse("my_report_worker").rpartition("/")[0] == "/my"
