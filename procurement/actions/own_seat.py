"""What a citizen does with his own seat where an edge alone is not enough: a declaration with the people it names, a
report that is sent once, a complaint out of a report. Each is one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User
from procurement.models import Citizen, CommitteeKind, Observation, PurchaseCase, SeatCase
from procurement.pool.sealed import read_private, write_private
from workflows.actors import Actor
from workflows.attachments import content
from workflows.crossing import link_about, open_from
from workflows.files import Checked, check_count, check_upload
from workflows.models import Attachment
from workflows.transitions import perform

# For `complaints.crossing`: what the committee of the seat looks at.
_ABOUT = {CommitteeKind.Task.PURCHASE: "offers", CommitteeKind.Task.INSPECTION: "work"}


def declare(
    case: SeatCase,
    edge: str,
    user: User,
    *,
    relatives: Sequence[Mapping[str, Any]],
    seen_version: int | None = None,
    seen_seq: int | None = None,
    **facts: Any,
) -> SeatCase:
    """Take `declare` or `declare_again` with the relatives he named, who are sealed into his own record first: the
    check that follows compares them too. relatives: as `read_private` gives them; they take the place of those before.

    Raises what `perform()` raises; then nothing of him was changed.
    """
    with transaction.atomic():
        # The case before the citizen, as everywhere: a case is always locked first.
        SeatCase.objects.select_for_update(no_key=True).get(pk=case.pk)
        citizen = Citizen.objects.select_for_update(no_key=True).get(account=user)
        write_private(citizen, {**read_private(citizen), "relatives": [dict(row) for row in relatives]})
        citizen.save(update_fields=["sealed", "wrapped_key", "id_hash", "email_hash", "phone_hash"])
        done = perform(case, edge, Actor.person(user), seen_version=seen_version, seen_seq=seen_seq, **facts)
    assert isinstance(done, SeatCase)
    return done


def send_report(
    case: SeatCase, user: User, *, token: str, files: Iterable[Checked] = (), **facts: Any
) -> tuple[Observation, bool]:
    """Send an observation report: (the report, whether it is new). The same token gives the report that was sent with
    it: a form sent twice, also after the answer was lost on the way, is one report.

    facts: those of the edge `report`. Raises what `perform()` raises, FileRefused beyond the files of one case.
    """
    uploads = list(files)
    with transaction.atomic():
        locked = SeatCase.objects.select_for_update(no_key=True).get(pk=case.pk)
        if sent := Observation.objects.filter(seat=locked.pk, token=token).first():
            return sent, False
        if uploads:
            present = locked.attachments.filter(by=user).count()
            check_count(present, len(uploads), most=settings.EVIDENCE_MAX_FILES_OF_CASE)
        perform(locked, "report", Actor.person(user), token=token, files=uploads, **facts)
        return Observation.objects.get(seat=locked.pk, token=token), True


def complain(
    report: Observation, user: User, *, text: str, secret: str, named: bool, corruption: bool, photos: bool = False
) -> str:
    """File what a report says as a complaint about its purchase: the receipt, which is kept nowhere.

    secret: see `complaints.crossing`. named: his name, telephone and e-mail go with it, sealed there as of every
    complainant; else nothing stored tells who sent it: no link to the seat, no user, no files of the report (their
    hashes would tell). A matter of corruption is kept apart from the seat in the same way, also with a name.
    photos: with the files of the report. Raises what opening a complaint raises.
    """
    seat = report.seat
    committee = seat.committee
    about = PurchaseCase.objects.get(pk=committee.purchase_id)
    traceable = named and not corruption
    with transaction.atomic():
        moment = timezone.now()
        case, receipt = open_from(
            "complaint",
            SeatCase.objects.get(pk=seat.pk),
            unit=about.unit,
            text=f"{text}\n\n{_('About the purchase: %(name)s') % {'name': committee.purchase.name}} ({about.number})",
            by=user if named else None,
            at=moment,
            secret=secret,
            about=_ABOUT.get(CommitteeKind.Task(committee.kind.task), "purchase"),
            corruption=corruption,
            identity=_identity(user) if named else None,
            files=_again(report) if traceable and photos else (),
        )
        link_about(case, about, by=user if traceable else None, at=moment)
    return receipt


def _identity(user: User) -> dict[str, str]:
    citizen = Citizen.objects.select_related("person").get(account=user)
    private = read_private(citizen)
    return {"name": citizen.person.name, **{name: str(private.get(name, "")) for name in ("phone", "email")}}


def _again(report: Observation) -> list[Checked]:
    rows: Iterable[Attachment] = report.files.order_by("pk")
    return [check_upload(File(BytesIO(b"".join(content(row, report.seat.case))), name=row.label)) for row in rows]
