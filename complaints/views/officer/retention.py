"""What will be erased because its time has ended, for who may hold it."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from complaints import retention
from complaints.lists import Reader
from organisations.accounts import role_required
from organisations.models import User

MOST = 100


@require_GET
@login_required
@role_required(*retention.KEEPERS)
def announced(request: HttpRequest) -> HttpResponse:
    """The cases whose erasure is announced, of those that exist for the reader: the next 100 to be erased."""
    user = cast("User", request.user)
    cases = list(retention.announced_to(user).annotate(kept_until=F("clocks__due_on"))[: MOST + 1])
    rows = Reader(user).rows(cases[:MOST])
    return render(request, "officer/retention.html", {"rows": rows, "more": len(cases) > MOST})
