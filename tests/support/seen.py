"""What the form of an edge says of the case that was read: every page sends it, and nothing is taken without it."""

from workflows.models import Case


def seen(case: Case) -> dict[str, int]:
    """The version and the place in the ledger of the case as it stands now."""
    now = Case.objects.get(pk=case.pk)
    return {"seen_version": now.state_version, "seen_seq": now.ledger_seq}
