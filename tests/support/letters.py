"""Short ways to letters in any stage."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import ComplaintCase, Letter, LetterSeries
from organisations.models import Holding, Unit, User
from tests.support.world import World
from workflows.files import Checked, check_upload

IDENTITY = {"name": "นางสมใจ ใจดี", "phone": "0812345678", "address": "12/3 หมู่ 4 ตำบลผาสิงห์"}


def scan(text: str = "ลงนามแล้ว") -> Checked:
    """A signed sheet."""
    return check_upload(SimpleUploadedFile("signed.txt", text.encode()))


def replied(world: World, **facts: Any) -> ComplaintCase:
    """An ordinary case of somebody who gave his name, with a reply that was sent."""
    return world.into("replied", identity=IDENTITY, **facts)


def holding_of(user: User) -> Holding:
    """The post that somebody holds."""
    return Holding.objects.get(user=user, deputy=False)


def letterhead(unit: Unit, **changes: Any) -> LetterSeries:
    """The letterhead of a unit, in Arabic numerals."""
    series, _made = LetterSeries.objects.update_or_create(
        unit=unit, defaults={"prefix": "นน 0017.1", "thai_numerals": False, **changes}
    )
    return series


def draft(world: World, case: ComplaintCase, user: User | None = None, **facts: Any) -> Letter:
    """A drafted letter, of the last reply unless `carries` says otherwise."""
    reply = case.replies.last()
    facts = {"carries": f"reply-{reply.pk}" if reply else "", **facts}
    world.do(case, "draft_letter", user or world.officer, **facts)
    letter = case.letters.order_by("pk").last()
    assert letter is not None
    return letter


def register(world: World, case: ComplaintCase, letter: Letter, number: str = "นน 0017.1/1", **facts: Any) -> Letter:
    """A letter with its number, of today."""
    given = {"letter": letter, "number": number, "registered_on": timezone.localdate(), **facts}
    world.do(case, "register_letter", given.pop("user", world.officer), **given)
    return Letter.objects.get(pk=letter.pk)


def despatch(world: World, case: ComplaintCase, letter: Letter, day: date | None = None, **facts: Any) -> Letter:
    """A letter that has gone out by post."""
    given = {"despatched_on": day or timezone.localdate(), "way": "post", **facts}
    world.do(case, "despatch_letter", world.officer, letter=letter, **given)
    return Letter.objects.get(pk=letter.pk)
