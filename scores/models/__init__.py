from .assessment import Assessment, AssessmentCase, Evaluator, Note, Signature, Statement
from .report import Filling, Publication, Report, ReportCase, SectionText, SignedReport
from .snapshot import FactsText, RubricText, Snapshot

__all__ = [
    "Assessment",
    "AssessmentCase",
    "Evaluator",
    "FactsText",
    "Filling",
    "Note",
    "Publication",
    "Report",
    "ReportCase",
    "RubricText",
    "SectionText",
    "Signature",
    "SignedReport",
    "Snapshot",
    "Statement",
]
