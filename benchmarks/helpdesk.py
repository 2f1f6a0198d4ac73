"""django-helpdesk by its own Python path: a ticket is created, its status updated. Run as a process of its own.

Kind to it: nobody has to be written to, there is nothing to attach, and the form is valid. `whole` puts each operation
into one transaction, as ATOMIC_REQUESTS would; without it helpdesk commits after every row.
"""

import importlib.metadata
import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import django

from benchmarks.measuring import Figures, alternate, counting, figures, hand_back, say

# Half of the other part's: its tickets are created while ours are, and updated while ours move.
BATCH = 5
WARM = 20
TEXT = "ไฟถนนหน้าโรงเรียนดับมาสามคืนแล้ว"


def main() -> None:
    """Measure on the database of DATABASE_URL and hand the figures back."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    found = _measure(int(os.environ["BENCH_ROUNDS"]))
    hand_back({"version": importlib.metadata.version("django-helpdesk"), **found})


def _measure(rounds: int) -> Figures:
    from django.contrib.auth import get_user_model
    from django.db import transaction
    from helpdesk.forms import TicketForm
    from helpdesk.models import Queue, Ticket
    from helpdesk.update_ticket import update_ticket

    user = get_user_model().objects.create_user("officer", is_staff=True)
    queue = Queue.objects.create(title="district", slug="district", allow_public_submission=True)
    amount = rounds + WARM
    tickets: dict[bool, list[Any]] = {True: [], False: []}

    def transact(whole: bool) -> Any:
        return transaction.atomic() if whole else nullcontext()

    def create(whole: bool) -> Callable[[], None]:
        def once() -> None:
            with transact(whole):
                data = {"queue": queue.pk, "title": TEXT, "body": TEXT, "priority": "3", "submitter_email": ""}
                form = TicketForm(data=data, queue_choices=[(queue.pk, queue.title)])
                if not form.is_valid():
                    raise SystemExit(f"error: django-helpdesk refuses the ticket: {form.errors}")
                tickets[whole].append(form.save(user=user))

        return once

    def update(whole: bool, number: int) -> Callable[[], None]:
        def once() -> None:
            with transact(whole):
                # As its view does: the ticket is read, then updated.
                ticket = Ticket.objects.get(pk=tickets[whole][number].pk)
                update_ticket(user, ticket, comment=TEXT, new_status=Ticket.RESOLVED_STATUS)

        return once

    found: Figures = {}
    say("  create, status update …")
    times = alternate(BATCH, create=[create(False)] * amount, create_whole=[create(True)] * amount)
    times |= alternate(
        BATCH,
        update=[update(False, number) for number in range(1, amount)],
        update_whole=[update(True, number) for number in range(1, amount)],
    )
    statements = {}
    for name, operation in (("create", create(True)), ("update", update(True, 0))):
        with counting() as sent:
            operation()
        statements[name] = len([text for text in sent if "SAVEPOINT" not in text])
    for name, taken in times.items():
        found[name] = {**figures(taken[WARM:]), "statements": statements[name.partition("_")[0]]}
    return found


if __name__ == "__main__":
    main()
