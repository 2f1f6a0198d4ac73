"""What a complaint is beside its case: the statement and who made it, what was asked, found, done and answered."""

from .complaint import ComplainantIdentity, Complaint, ComplaintCase, ComplaintKind
from .draft import FilingDraft, FilingDraftFile, SentForm
from .handling import Decision, DeclineGround, Finding, Measure, Message, Rating, Reply, ReviewRequest
from .importing import ImportedReport, ImportMapping

__all__ = [
    "ComplainantIdentity",
    "Complaint",
    "ComplaintCase",
    "ComplaintKind",
    "Decision",
    "DeclineGround",
    "FilingDraft",
    "FilingDraftFile",
    "Finding",
    "ImportMapping",
    "ImportedReport",
    "Measure",
    "Message",
    "Rating",
    "Reply",
    "ReviewRequest",
    "SentForm",
]
