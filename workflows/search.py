"""Search among cases: by number, and by any part of the subject, without scanning them and without an extension.

Thai has no spaces between words, so the index holds pieces of three letters: they find, and a LIKE confirms, for the
pieces may all be there and not side by side. Protected cases have no subject; they are found by their number only.
"""

import re
import unicodedata

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from organisations.formats import arabic
from workflows.models import Case, CaseSearch

SHORTEST = 3
"""Letters a search in subjects needs at least."""
_LONGEST = 100
_NUMBER = re.compile(r"(?=.*[0-9-])[A-Z0-9][A-Z0-9.\-/]*")


def clean(text: str) -> str:
    """What was typed, as subjects are written: NFC, single spaces, no NUL, at most 100 letters."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\0", "").split())[:_LONGEST]


def as_number(text: str) -> str:
    """What was typed as a case number, in capitals and Arabic digits; empty when it cannot be one."""
    number = arabic(clean(text)).upper()
    return number if _NUMBER.fullmatch(number) else ""


def by_number(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Those of `cases` whose number is `text` or begins with it; the LIKE index of the number serves both."""
    return cases.filter(number__startswith=as_number(text))


def by_subject(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Those of `cases` whose subject contains `text`, capitals or not; none for fewer than three letters."""
    wanted = clean(text)
    if len(wanted) < SHORTEST:
        return cases.none()
    has_all = RawSQL("grams @@ %s::tsquery", [pieces_of(wanted)], output_field=BooleanField())
    found = CaseSearch.objects.filter(has_all)
    return cases.filter(pk__in=found.values("case"), subject__icontains=wanted)


def pieces_of(text: str) -> str:
    """The tsquery for all pieces of three letters of `text`. Quoted, they are taken as they are: no parser and no
    dictionary sees them."""
    folded = text.lower()
    pieces = sorted({folded[place : place + 3] for place in range(len(folded) - 2)})
    return " & ".join("'{}'".format(piece.replace("\\", "\\\\").replace("'", "''")) for piece in pieces)
