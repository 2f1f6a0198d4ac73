"""Commands that compute from a file alone (`coverage --facts`): no database, no data folder, no secrets."""

from .base import *  # noqa: F403 - this file is base plus what differs

SECRET_KEY = "signs nothing"  # noqa: S105 - no session and no form is made by these commands
MASTER_KEYS: list[str] = []
RECEIPT_KEY = ""
EVIDENCE_ROOT = None
DATABASES: dict[str, dict[str, str]] = {}
