"""What a complaint is beside its case: the statement and who made it, what was asked, found, done and answered."""

from .complaint import Complaint, ComplainantIdentity, ComplaintCase, ComplaintKind
from .draft import FilingDraft, FilingDraftFile
from .handling import DeclineGround, Decision, Finding, Measure, Message, Rating, Reply, ReviewRequest
from .importing import ImportedReport, ImportMapping

__all__ = [
    "Complaint",
    "ComplainantIdentity",
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
]
