"""A real installation: everything secret comes from the environment, and nothing starts without it."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.database import from_url

from .base import *  # noqa: F403 - this file is base plus what differs

_MISSING = [
    name
    for name in (
        "DATABASE_URL",
        "SODSONG_SECRET_KEY",
        "SODSONG_MASTER_KEYS",
        "SODSONG_RECEIPT_KEY",
        "SODSONG_HOSTS",
        "SODSONG_EVIDENCE_ROOT",
    )
    if not os.environ.get(name)
]
if _MISSING:
    raise ImproperlyConfigured(
        f"Set these environment variables before starting (see docs/running.md): {', '.join(_MISSING)}"
    )

DEBUG = False
ALLOWED_HOSTS = os.environ["SODSONG_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SITE_URL = os.environ.get("SODSONG_SITE_URL", f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
SECRET_KEY = os.environ["SODSONG_SECRET_KEY"]
MASTER_KEYS = os.environ["SODSONG_MASTER_KEYS"].split(",")
RECEIPT_KEY = os.environ["SODSONG_RECEIPT_KEY"]
EVIDENCE_ROOT = Path(os.environ["SODSONG_EVIDENCE_ROOT"])
DATABASES = {"default": from_url(os.environ["DATABASE_URL"])}
# Both may be left out; half of one is refused. Without a mail server no mail is sent, and none is offered.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
globals().update(environment.mail(os.environ))
if _service := environment.oidc(os.environ):
    SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_service]}}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
