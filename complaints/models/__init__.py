"""What a complaint is beside its case: the statement and who made it, what was asked, found, done and answered."""

from .complaint import ComplainantIdentity, Complaint, ComplaintCase, ComplaintKind
from .contact import Contact
from .draft import FilingDraft, FilingDraftFile, SentForm
from .handling import Decision, DeclineGround, Finding, Measure, Message, Rating, Reply, ReviewRequest
from .importing import ImportedReport, ImportMapping
from .monthly import MonthlyReport

__all__ = [
    "ComplainantIdentity",
    "Complaint",
    "ComplaintCase",
    "ComplaintKind",
    "Contact",
    "Decision",
    "DeclineGround",
    "FilingDraft",
    "FilingDraftFile",
    "Finding",
    "ImportMapping",
    "ImportedReport",
    "Measure",
    "Message",
    "MonthlyReport",
    "Rating",
    "Reply",
    "ReviewRequest",
    "SentForm",
]
