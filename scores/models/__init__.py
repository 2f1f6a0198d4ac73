from .assessment import Assessment, AssessmentCase, Evaluator, Note, Signature, Statement
from .setting import ScoreSetting
from .snapshot import FactsText, RubricText, Snapshot

__all__ = [
    "Assessment",
    "AssessmentCase",
    "Evaluator",
    "FactsText",
    "Note",
    "RubricText",
    "ScoreSetting",
    "Signature",
    "Snapshot",
    "Statement",
]
