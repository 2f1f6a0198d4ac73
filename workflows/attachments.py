"""Evidence of a case: kept sealed, given out only through the pages that check rights."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from workflows import files, scanning
from workflows.files import Checked, EvidenceMissing, Note
from workflows.keys import data_key, key_to_write
from workflows.models import Attachment, Case
from workflows.models.case import random_id
from workflows.sealing import DataKey, KeyErased, SealingError
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


def copy_of(attachment: Attachment, case: Case) -> Checked:
    """A file of `case`, to be kept in another case as well. Raises EvidenceMissing, SealBroken."""
    data = b"".join(content(attachment, case))
    return Checked(
        kind=files.Kind.DOCUMENT,
        content_type=attachment.content_type,
        extension=attachment.label.rpartition(".")[2],
        label=attachment.label,
        data=data,
        size=len(data),
        sha256=attachment.sha256,
        notes=tuple(files.Note(note) for note in attachment.notes),
    )


def content(attachment: Attachment, case: Case) -> Iterator[bytes]:
    """The content of a file, in chunks. The caller has checked the rights. Raises EvidenceMissing, SealBroken."""
    try:
        return files.open_evidence(attachment.storage_name, data_key(case))
    except KeyErased:
        raise files.EvidenceMissing from None


# --- Scanned later ----------------------------------------------------------------------------------------------------
@dataclass
class Scanned:
    """How many kept files a scanner looked at: what it found, and what it or we could not read. away: it stopped
    answering, and the rest waits for the next time."""

    clean: int = 0
    withheld: int = 0
    unread: int = 0
    away: bool = False


def scan_kept(*, again: bool = False) -> Scanned:
    """Scan the files that were kept unscanned; one with something harmful is withheld from then on.

    again: all files, with the scanner's knowledge of today, also those withheld: what it finds clean now is given out
    anew. Ends early, with `away`, when the scanner does not answer.
    """
    scanned = Scanned()
    rows = Attachment.objects.select_related("case").order_by("pk")
    if not again:
        rows = rows.filter(notes__contains=[Note.NOT_SCANNED])
    for row in rows.iterator(chunk_size=500):
        try:
            verdict = scanning.scan(content(row, row.case))
        except (EvidenceMissing, SealingError):
            scanned.unread += 1
            continue
        except scanning.ScannerAway:
            # It may be this file alone, too large for the scanner's own settings.
            scanned.away = not scanning.answers()
            if scanned.away:
                break
            scanned.unread += 1
            continue
        if verdict == scanning.Verdict.INFECTED:
            scanned.withheld += 1
            _say(row, Note.INFECTED)
        else:
            scanned.clean += 1
            _say(row, Note.SCANNED)
    return scanned


_OF_SCANNER = {Note.NOT_SCANNED, Note.SCANNED, Note.INFECTED}


def _say(row: Attachment, note: Note) -> None:
    notes = [*(each for each in row.notes if each not in _OF_SCANNER), str(note)]
    # Only notes as they were read: another run may have said something since.
    Attachment.objects.filter(pk=row.pk, notes=row.notes).update(notes=notes)
