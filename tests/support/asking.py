"""Questions asked and answered as people do it, for tests of what becomes of them."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from complaints.models import Question
from complaints.questions.actions import ask
from complaints.receipts import Receipt
from organisations.models import Unit, User

TEXT = "ทำบัตรประชาชนใหม่ต้องใช้เอกสารอะไรบ้าง"


def asked(unit: Unit, text: str = TEXT) -> tuple[Question, Receipt]:
    """A question that came in, with its receipt."""
    done = ask(unit=unit, text=text, secret=secrets.token_urlsafe(32))
    assert done.question is not None
    return done.question, done.receipt


def newest(question: Question) -> int:
    """The key of its last entry, as a page has it."""
    last = question.entries.last()
    assert last is not None
    return last.pk


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in, in English."""
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, question: Question, do: str, **data: Any) -> HttpResponse:
    """Send a form of the page of a question, as it is now."""
    data.setdefault("seen", newest(question))
    return client.post(reverse("question", args=[question.public_id]), {"do": do, **data})
