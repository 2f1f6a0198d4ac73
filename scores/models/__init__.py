from .assessment import Assessment, AssessmentCase, Evaluator, Note, Signature, Statement
from .register import Confirmation, EntryVersion, RegisterCase, RegisterEntry
from .setting import ScoreSetting
from .snapshot import FactsText, RubricText, Snapshot

__all__ = [
    "Assessment",
    "AssessmentCase",
    "Confirmation",
    "EntryVersion",
    "Evaluator",
    "FactsText",
    "Note",
    "RegisterCase",
    "RegisterEntry",
    "RubricText",
    "ScoreSetting",
    "Signature",
    "Snapshot",
    "Statement",
]
