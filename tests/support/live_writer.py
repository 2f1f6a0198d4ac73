"""A process in which much happens at once: outbox rows of transactions that commit out of order, and edges taken."""

import json
import os
import random
import sys
import threading
import time
from typing import Any


def main(plan: dict[str, Any]) -> None:
    """Write what the plan says, and end.

    plan: seed; rows, for each thread: how many outbox rows it writes; cases: about which of them, the first most often;
    edges: how many complaints are filed and forwarded to the head, by a thread of its own; seconds: for about how long.
    """
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    django.setup()
    threads = [threading.Thread(target=_write_rows, args=(plan, n, rows)) for n, rows in enumerate(plan["rows"])]
    if plan["edges"]:
        threads.append(threading.Thread(target=_take_edges, args=(plan,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _write_rows(plan: dict[str, Any], number: int, rows: int) -> None:
    from django.db import connections, transaction
    from django.utils import timezone

    from workflows.models import OutboxRow
    from workflows.wakeups import About, wake

    choose = random.Random(plan["seed"] * 100 + number)  # noqa: S311 - not a secret
    weights = [len(plan["cases"]), *[1] * (len(plan["cases"]) - 1)]
    pause = plan["seconds"] / (rows / 20)
    warning = {"clock": 1, "code": "investigate", "percent": 50}
    while rows:
        many = min(rows, choose.randint(1, 39))
        cases = choose.choices(plan["cases"], weights, k=many)
        with transaction.atomic():
            for case in cases:
                event, facts = choose.choice([("register", {}), ("clock_warning", warning)])
                OutboxRow.objects.create(case_id=case, event=event, facts=facts, at=timezone.now())
            # Meanwhile others take higher numbers and commit before.
            time.sleep(choose.uniform(0, pause))
            wake(About.CASES, cases)
        rows -= many
        time.sleep(choose.uniform(0, pause))
    connections.close_all()


def _take_edges(plan: dict[str, Any]) -> None:
    from django.db import connections

    from complaints.models import ComplaintKind
    from complaints.receipts import new_receipt
    from organisations.models import Unit, User
    from workflows.actors import Actor
    from workflows.transitions import open_case, perform

    unit, kind = Unit.objects.get(code="DST"), ComplaintKind.objects.get(code="street_light")
    screener, head = (Actor.person(User.objects.get(username=name)) for name in ("screener", "head"))
    facts = {"statement": "x", "channel": "website", "kind": kind}
    for _ in range(plan["edges"]):
        case = open_case("complaint", "register", Actor.complainant(), unit=unit, receipt=new_receipt(), **facts)
        case = perform(case, "start_screening", screener)
        case = perform(case, "accept", screener, kind=kind, unit=unit)
        perform(case, "assign", head, to=User.objects.get(username="officer"))
        time.sleep(plan["seconds"] / plan["edges"] / 2)
    connections.close_all()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
