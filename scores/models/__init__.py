from .assessment import Assessment, AssessmentCase, Evaluator, Note, Signature, Statement
from .snapshot import FactsText, RubricText, Snapshot

__all__ = [
    "Assessment",
    "AssessmentCase",
    "Evaluator",
    "FactsText",
    "Note",
    "RubricText",
    "Signature",
    "Snapshot",
    "Statement",
]
