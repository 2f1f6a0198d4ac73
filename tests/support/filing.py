"""The filing wizard walked through with Django's test client, as a browser without JavaScript would."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from complaints import drafts
from complaints.receipts import Receipt, parse

STATEMENT = "ไฟถนนหน้าโรงเรียนดับมาสามคืนแล้ว"
ANSWERS: dict[str, dict[str, Any]] = {
    "kind": {"kind": "general"},
    "detail": {"detail": "street_light"},
    "what": {"statement": STATEMENT},
    "where": {"place": "หน้าโรงเรียนบ้านนา"},
    "unit": {"unit": "DST"},
    "files": {},
    "who": {"who": "anonymous"},
}


def post(client: Client, step: str, **data: Any) -> HttpResponse:
    """Answer one question."""
    return client.post(reverse("file", args=[step]), data)


def answer_all(client: Client, **changes: dict[str, Any] | None) -> None:
    """Answer every question; `changes` replaces the answers of a step, None leaves it out."""
    for step, answer in (ANSWERS | changes).items():
        if answer is not None:
            response = post(client, step, **answer)
            assert response.status_code == 302, (step, response.content.decode())


def file_complaint(client: Client, **changes: dict[str, Any] | None) -> Receipt:
    """The whole way to the receipt."""
    answer_all(client, **changes)
    assert post(client, "check").headers["Location"] == reverse("receipt")
    return receipt_of(client)


def receipt_of(client: Client) -> Receipt:
    """The receipt that stands in the draft."""
    draft = drafts.load_draft(client.cookies[drafts.COOKIE].value)
    assert draft is not None
    return parse(draft["filed"]["receipt"])


def follow(client: Client, receipt: Receipt) -> HttpResponse:
    """Type the code."""
    return client.post(reverse("follow"), {"receipt": receipt.text})
