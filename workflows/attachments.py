"""Evidence of a case: kept sealed, given out only through the pages that check rights."""

from collections.abc import Iterable, Iterator

from django.conf import settings

from workflows import files
from workflows.files import Checked
from workflows.keys import data_key, key_to_write
from workflows.models import Attachment, Case
from workflows.models.case import random_id
from workflows.sealing import DataKey
from workflows.transitions import Step


def keep(step: Step, checked: Iterable[Checked], *, shown: bool = False) -> list[Attachment]:
    """Seal checked uploads on disk and write their rows. shown: the complainant may open them.

    Called by actions, inside the transaction of their edge; when the edge fails, its files are removed again.
    Raises FileRefused beyond the number of files a complainant may send at a time, OSError when the disk is full.
    """
    uploads = list(checked)
    if not uploads:
        return []
    by_complainant = step.actor.user is None
    present = step.case.attachments.filter(by_complainant=by_complainant).count()
    if by_complainant:
        files.check_count(0, len(uploads))
        files.check_count(present, len(uploads), most=settings.EVIDENCE_MAX_FILES_OF_CASE)
    key = key_to_write(step.case)
    return [_keep(step, upload, key, number, shown=shown) for number, upload in enumerate(uploads, start=present + 1)]


def _keep(step: Step, upload: Checked, key: DataKey, number: int, *, shown: bool) -> Attachment:
    name = files.store_evidence(upload, key)
    step.stored_files.append(name)
    by_complainant = step.actor.user is None
    return Attachment.objects.create(
        case_id=step.case.pk,
        public_id=random_id(16),
        label=f"{number}.{upload.extension}" if by_complainant or step.case.protected else upload.label,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        storage_name=name,
        by_complainant=by_complainant,
        by=step.actor.user,
        shown_to_complainant=shown or by_complainant,
        notes=[str(note) for note in upload.notes],
        at=step.at,
    )


def content(attachment: Attachment, case: Case) -> Iterator[bytes]:
    """The content of a file, in chunks. The caller has checked the rights. Raises EvidenceMissing, SealBroken."""
    return files.open_evidence(attachment.storage_name, data_key(case))
