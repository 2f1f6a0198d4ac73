"""How far a letter has come, as conditions on its row: what each step of a letter begins with."""

from collections.abc import Mapping
from typing import Any

Stage = Mapping[str, Any]

DRAFTED: Stage = {"cancelled_at": None, "number": ""}
WITHOUT_SCAN: Stage = {"cancelled_at": None, "year__isnull": False, "signed": None}
NOT_DESPATCHED: Stage = {"cancelled_at": None, "year__isnull": False, "despatched_on": None}
NOT_GONE: Stage = {"cancelled_at": None, "despatched_on": None}
