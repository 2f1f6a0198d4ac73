"""Evidence of a case: kept sealed, given out only through the pages that check rights."""

from collections.abc import Iterable, Iterator

from workflows import files
from workflows.files import Checked
from workflows.keys import data_key
from workflows.models import Attachment, Case
from workflows.models.case import random_id
from workflows.transitions import Step


def keep(step: Step, checked: Iterable[Checked], *, shown: bool = False) -> list[Attachment]:
    """Seal checked uploads on disk and write their rows. shown: the complainant may open them.

    Called by actions, inside the transaction of their edge; when that fails, the files are left without a row and
    `manage.py check_cases` names them. Raises FileRefused beyond the number of files a case may have, OSError when
    the disk is full.
    """
    uploads = list(checked)
    by_complainant = step.actor.user is None
    if by_complainant:
        files.check_count(step.case.attachments.filter(by_complainant=True).count(), len(uploads))
    key = data_key(step.case)
    return [
        Attachment.objects.create(
            case_id=step.case.pk,
            public_id=random_id(16),
            label=upload.label,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            storage_name=files.store_evidence(upload, key),
            by_complainant=by_complainant,
            by=step.actor.user,
            shown_to_complainant=shown or by_complainant,
            at=step.at,
        )
        for upload in uploads
    ]


def content(attachment: Attachment, case: Case) -> Iterator[bytes]:
    """The content of a file, in chunks. The caller has checked the rights. Raises EvidenceMissing, SealBroken."""
    return files.open_evidence(attachment.storage_name, data_key(case))

