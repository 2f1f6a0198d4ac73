"""What passes between apps that do not know each other: a complaint about a purchase, a report that opens a complaint.

An app registers in ``AppConfig.ready()`` what it can do for others; they name its kind of case and nothing else of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from organisations.models import Unit, User
from workflows.models import Case, CaseLink

Opener = Callable[..., tuple[Case, str]]
Counter = Callable[[list[int], Mapping[str, str]], int]

_openers: dict[str, Opener] = {}
_counters: dict[str, Counter] = {}


def register(kind: str, *, opener: Opener | None = None, parties: Counter | None = None) -> None:
    """opener(unit, text, by, at, **facts) begins a case of this kind for another app and gives it with the receipt by
    which its sender follows it ("" when there is none). parties(cases, hashes): see `parties_to`."""
    if opener is not None:
        _openers[kind] = opener
    if parties is not None:
        _counters[kind] = parties


def open_from(
    kind: str, source: Case, *, unit: Unit, text: str, by: User | None, at: Any, **facts: Any
) -> tuple[Case, str]:
    """Begin a case of `kind` out of `source`, and link the two: (the case, its receipt). Within the caller's
    transaction. Raises KeyError when no app has registered the kind, and what opening a case raises.

    Nothing is linked where the link would tell who sent it: by is None (he does not say who he is), or the new case is
    protected. What is begun twice with the same facts (`opener` knows it again) is linked once.
    """
    case, receipt = _openers[kind](unit=unit, text=text, by=by, at=at, **facts)
    if by is not None and not case.protected:
        CaseLink.objects.get_or_create(
            source=source, target=case, relation=CaseLink.Relation.LED_TO, defaults={"by": by, "at": at}
        )
    return case, receipt


def forget_source(case: Case) -> None:
    """`case` has become protected: what it came out of, and who linked it, would tell who sent it."""
    CaseLink.objects.filter(target=case, relation=CaseLink.Relation.LED_TO).delete()
    CaseLink.objects.filter(source=case).update(by=None)


def link_about(case: Case, about: Case, *, by: User | None, at: Any) -> None:
    """Put on record that `case` is about another one; twice is once."""
    CaseLink.objects.get_or_create(
        source=case, target=about, relation=CaseLink.Relation.ABOUT, defaults={"by": by, "at": at}
    )


def parties_to(about: Case, hashes: Mapping[str, str]) -> int:
    """To how many cases about `about` somebody is a party, known by keyed hashes (purpose → hex; "" is nobody).

    Only what whoever asks may see is counted: a protected case never moves the figure, or it would betray who
    complained (design: Privacy). What another case led to is left out: who reports what he observed does what he was
    appointed for, and must not suffer for it.
    """
    known = {purpose: value for purpose, value in hashes.items() if value}
    of_duty = CaseLink.objects.filter(target=OuterRef("source"), relation=CaseLink.Relation.LED_TO)
    about_it = CaseLink.objects.filter(target=about, relation=CaseLink.Relation.ABOUT, source__protected=False)
    cases = list(about_it.exclude(Exists(of_duty)).values_list("source", flat=True))
    return sum(count(cases, known) for count in _counters.values()) if cases and known else 0
