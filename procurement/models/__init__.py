"""What procurement stores; every invariant that the database can hold is a constraint."""

from .committee import (
    Attendance,
    Check,
    Committee,
    CommitteeCase,
    Declaration,
    Dissent,
    Meeting,
    Member,
    Order,
    Person,
)
from .coverage import Standing, StandingChange, StandingPart
from .draw import Draw, DrawCase, DrawEntry
from .importing import AgencyName, ImportedPurchase, SourceStatus
from .note import Note
from .plan import Activity, Revision
from .pool import Citizen, CitizenBar, Consent, PoolRule, SignInLink, Training
from .purchase import Bid, Contract, Milestone, Payment, Purchase, PurchaseCase
from .registers import EducationActivity, Publication
from .rules import CommitteeKind, CoverageLevel, CoverageVariant, InterestGround, OrderRule, ProcurementMethod
from .seat import ConflictCheck, ConflictHit, Observation, Seat, SeatCase, Suspension
from .supplier import Supplier, SupplierPerson

__all__ = [
    "Activity",
    "AgencyName",
    "Attendance",
    "Bid",
    "Check",
    "Citizen",
    "CitizenBar",
    "Committee",
    "CommitteeCase",
    "CommitteeKind",
    "ConflictCheck",
    "ConflictHit",
    "Consent",
    "Contract",
    "CoverageLevel",
    "CoverageVariant",
    "Declaration",
    "Dissent",
    "Draw",
    "DrawCase",
    "DrawEntry",
    "EducationActivity",
    "ImportedPurchase",
    "InterestGround",
    "Meeting",
    "Member",
    "Milestone",
    "Note",
    "Observation",
    "Order",
    "OrderRule",
    "Payment",
    "Person",
    "PoolRule",
    "ProcurementMethod",
    "Publication",
    "Purchase",
    "PurchaseCase",
    "Revision",
    "Seat",
    "SeatCase",
    "SignInLink",
    "SourceStatus",
    "Standing",
    "StandingChange",
    "StandingPart",
    "Supplier",
    "SupplierPerson",
    "Suspension",
    "Training",
]
