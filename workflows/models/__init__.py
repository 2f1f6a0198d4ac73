"""What every case has, whatever its kind: state, ledger, clocks, hands, number, evidence, and the outbox."""

from .attachment import Attachment
from .case import Assignment, Case, CaseKey, Conflict, OfKind
from .clock import CasePause, Clock, ClockExtension, ClockRule, ClockWarning
from .figure import CaseChange, KeptFigure
from .keeping import RecordsHold, RetentionRule
from .ledger import Checkpoint, CheckpointLeaf, LedgerEntry
from .link import CaseLink
from .number import NumberSeries, UnitNumber
from .outbox import OutboxRow
from .rule_change import RuleChange
from .search import CaseSearch

__all__ = [
    "Assignment",
    "Attachment",
    "Case",
    "CaseChange",
    "CaseKey",
    "CaseLink",
    "CasePause",
    "CaseSearch",
    "Checkpoint",
    "CheckpointLeaf",
    "Clock",
    "ClockExtension",
    "ClockRule",
    "ClockWarning",
    "Conflict",
    "KeptFigure",
    "LedgerEntry",
    "NumberSeries",
    "OfKind",
    "OutboxRow",
    "RecordsHold",
    "RetentionRule",
    "RuleChange",
    "UnitNumber",
]
