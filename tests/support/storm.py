"""A process that moves cases as fast as it can, from several threads, until it is killed. Run by test_concurrency."""

import itertools
import os
import random
import sys
import threading


def main(threads: int) -> None:
    """Each thread takes random edges of random cases; who is overtaken goes on."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    from complaints.models import ComplaintCase, ComplaintKind
    from complaints.receipts import new_receipt
    from organisations.models import Unit, User
    from workflows.actors import Actor
    from workflows.refusals import Refused
    from workflows.transitions import open_case, perform

    people = {user.username: user for user in User.objects.all()}
    kind = ComplaintKind.objects.get(code="street_light")
    unit = Unit.objects.get(code="DST")
    steps: list[tuple[str, str, dict[str, object]]] = [
        ("start_screening", "screener", {}),
        ("accept", "screener", {"kind": kind, "unit": unit}),
        ("ask_complainant", "screener", {"text": "?"}),
        ("complainant_answered", "", {"text": "!"}),
        ("answer_directly", "officer", {"reply": "ซ่อมแล้ว"}),
        ("close", "officer", {"evidence": "ภาพ"}),
        ("request_review", "", {"reasons": "ไม่ตรง"}),
        ("withdraw", "", {}),
        ("note", "head", {"text": "จด"}),
    ]

    def act(seed: int) -> None:
        choose = random.Random(seed)  # noqa: S311 - not a secret
        for turn in itertools.count():
            if turn % 5 == 0:
                open_case(
                    "complaint",
                    "register",
                    Actor.complainant(),
                    unit=unit,
                    statement="x",
                    channel="website",
                    kind=kind,
                    receipt=new_receipt(),
                )
            case = ComplaintCase.objects.order_by("?").first()
            edge, who, facts = choose.choice(steps)
            assert case is not None
            actor = Actor.person(people[who]) if who else Actor.complainant(case)
            try:
                perform(case, edge, actor, **facts)
            except Refused:
                continue
            sys.stdout.write(".")
            sys.stdout.flush()

    for seed in range(threads):
        threading.Thread(target=act, args=(seed,)).start()


if __name__ == "__main__":
    main(int(sys.argv[1]))
