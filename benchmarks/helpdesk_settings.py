"""The least that django-helpdesk needs: no mail, no attachments, no teams, nothing of ours."""

import os
from typing import Any

import dj_database_url

SECRET_KEY = "only for a benchmark"  # noqa: S105 - it signs nothing
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One connection that stays open, as ours does here.
_database: dict[str, Any] = {**dj_database_url.parse(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": None}
if "host" in (_options := _database.get("OPTIONS", {})):
    _database["HOST"] = _options.pop("host")
DATABASES = {"default": _database}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.contrib.messages",
    "rest_framework",
    "helpdesk",
]
SITE_ID = 1
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_ENABLE_ATTACHMENTS = False
SILENCED_SYSTEM_CHECKS = ["admin.E403", "admin.E408", "admin.E409", "admin.E410"]
