"""What a complaint is beside its case: the statement and who made it, what was asked, found, done and answered."""

from .complaint import ComplainantIdentity, Complaint, ComplaintCase, ComplaintKind
from .contact import Contact
from .disclosure import PublicReport, PublicYear
from .draft import FilingDraft, FilingDraftFile, SentForm
from .elsewhere import AgencyRequest, Referral, ReferralAgency, RequestAnswer, RequestCase
from .handling import Decision, DeclineGround, Finding, Measure, Message, Rating, Reply, ReviewRequest
from .importing import ImportedReport, ImportMapping
from .letter import Head, Letter, LetterCount, LetterSeries
from .question import Question, QuestionEntry
from .respondent import Hearing, InquiryCommittee, InquiryMember, Penalty, Respondent, RespondentFinding
from .standard_text import StandardText
from .statistics import ReportCell, ReportPeriod, UnitReport
from .survey import SurveyAnswer, SurveyPool, SurveyQuestion

__all__ = [
    "AgencyRequest",
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
    "Head",
    "Hearing",
    "ImportMapping",
    "ImportedReport",
    "InquiryCommittee",
    "InquiryMember",
    "Letter",
    "LetterCount",
    "LetterSeries",
    "Measure",
    "Message",
    "Penalty",
    "PublicReport",
    "PublicYear",
    "Question",
    "QuestionEntry",
    "Rating",
    "Referral",
    "ReferralAgency",
    "Reply",
    "ReportCell",
    "ReportPeriod",
    "RequestAnswer",
    "RequestCase",
    "Respondent",
    "RespondentFinding",
    "ReviewRequest",
    "SentForm",
    "StandardText",
    "SurveyAnswer",
    "SurveyPool",
    "SurveyQuestion",
    "UnitReport",
]
