"""Fill an empty database with many complaints by COPY: the one stated exception to `perform()`, for benchmarks.

What it writes is what `perform()` would have written: the journeys are walked through the graph, the hashes are those
of `workflows.ledger`, the due days those of `workflows.clocks`. `check_cases` and `verify_ledger` are clean afterwards.
All complaints are anonymous and silent, so that no warning or notice goes out for them.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction
from viewflow.workflow.status import STATUS

from complaints.actions import subject_of
from complaints.demo.journeys import MEASURE_DAYS, Entry, Round, Walk, Work, walks
from complaints.demo.texts import Base, bases, phrases
from complaints.flows import ComplaintFlow
from complaints.models import Complaint, ComplaintCase
from complaints.receipts import ALPHABET, LOOKUP_LENGTH, SECRET_LENGTH, secret_hmac
from organisations.calendar import WorkingCalendar, current_calendar, fiscal_year
from organisations.demo.cast import Cast, cast_of
from organisations.demo.units import DISTRICTS, PROVINCE, UNITS, District
from organisations.models import Holding, Role, Unit, User
from workflows import ledger, sealing
from workflows.clocks import Pause
from workflows.models import Clock, ClockRule
from workflows.models.ledger import LedgerEntry
from workflows.timekeeping import refresh
