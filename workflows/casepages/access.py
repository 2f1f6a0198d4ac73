"""Who reads a page of cases, and where the pages of a kind of case are."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from organisations.models import User
from workflows.models import Attachment


def reader(request: HttpRequest) -> User:
    """The signed-in person; only behind `login_required`."""
    return cast("User", request.user)


@dataclass(frozen=True)
class Addresses:
    """The names of the addresses of a kind of case.

    case: the case page, of a public id. take: the form of an edge, of a public id and the edge's name. lists: where
    the cases of a person are listed, without arguments. file: a file, of the public ids of its case and its own.
    """

    case: str
    take: str
    lists: str
    file: str = ""

    def of_case(self, case: Any) -> str:
        """The case page of `case`."""
        return reverse(self.case, args=[case.public_id])

    def of_take(self, case: Any, edge: str) -> str:
        """The form of an edge of `case`."""
        return reverse(self.take, args=[case.public_id, edge])

    def of_file(self, case: Any, attachment: Attachment) -> str:
        """A file of `case`."""
        return reverse(self.file, args=[case.public_id, attachment.public_id])
