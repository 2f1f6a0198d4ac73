from .assessment import Assessment, AssessmentCase, Evaluator, Note, Signature, Statement
from .register import Confirmation, EntryVersion, RegisterCase, RegisterEntry
from .report import Filling, Publication, Report, ReportCase, SectionText, SignedReport
from .setting import ScoreSetting
from .snapshot import FactsText, RubricText, Snapshot

__all__ = [
    "Assessment",
    "AssessmentCase",
    "Confirmation",
    "EntryVersion",
    "Evaluator",
    "FactsText",
    "Filling",
    "Note",
    "Publication",
    "RegisterCase",
    "RegisterEntry",
    "Report",
    "ReportCase",
    "RubricText",
    "ScoreSetting",
    "SectionText",
    "Signature",
    "SignedReport",
    "Snapshot",
    "Statement",
]
