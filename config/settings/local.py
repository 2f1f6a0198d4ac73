"""One machine: `make run`, `make test` and every manage.py command. Embedded PostgreSQL unless DATABASE_URL is set."""

import os

from config import environment, home
from config.database import from_url

from .base import *  # noqa: F403 - this file is base plus what differs

DEBUG = os.environ.get("SODSONG_DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]

_secrets = home.secrets()
SECRET_KEY = _secrets["secret_key"]
# Newest first: new cases are sealed with the first, older ones still open with theirs.
MASTER_KEYS = _secrets["master_keys"]
RECEIPT_KEY = _secrets["receipt_key"]
EVIDENCE_ROOT = home.data_home() / "evidence"

if url := os.environ.get("DATABASE_URL"):
    DATABASES = {"default": from_url(url)}
else:
    from config import postgres

    DATABASES = {"default": from_url(postgres.ensure_running())}

# Without a mail server a mail is printed where the program runs.
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
globals().update(environment.mail(os.environ))
# Systems on this machine may be told without TLS, to try it.
WEBHOOK_LOCAL = True
if _service := environment.oidc(os.environ, plain_http=True):
    SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_service]}}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are served from where they are kept: nothing is collected.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
