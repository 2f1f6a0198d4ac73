"""What every installation shares. Values that differ come from the environment, read in local.py and production.py."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "organisations",
    "workflows",
    "notifications",
    "complaints",
    "procurement",
    "scores",
    "config",
    "viewflow",
    "viewflow.workflow",
    "procrastinate.contrib.django",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_htmx",
    "config.reference.ReferenceDataConfig",  # django.contrib.admin, behind our own door
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisations.middleware.UserLanguageMiddleware",
    "organisations.middleware.IdleEndMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.security.NoNulMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    },
]

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "organisations.accounts.ClosedAdapter"
ACCOUNT_FORMS = {
    "login": "organisations.forms.SignInForm",
    "change_password": "organisations.forms.OwnPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# allauth's own limits are counted by address; django-axes locks the account and keeps no address.
ACCOUNT_RATE_LIMITS = False

AXES_LOCKOUT_CALLABLE = "organisations.accounts.locked_out"
# A lock ends when its page said it would, whoever knocks meanwhile.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
AXES_LOCKOUT_PARAMETERS = ["username"]
# The account's name, and the browser's where it has signed in before: nobody shuts that one out from elsewhere.
AXES_USERNAME_CALLABLE = "organisations.known_browsers.counted_name"
AXES_CLIENT_IP_CALLABLE = "organisations.accounts.no_address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
# axes stores what was posted with a failure; "password" it leaves out by itself.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "oldpassword", "password1", "password2"]
# axes.W006 asks for the address to be part of the lock. We keep no address; the account itself is locked
# for browsers that it does not know.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# The state's identity service lets citizens of the pool in and makes no account; nothing it says of them is stored.
SOCIALACCOUNT_ADAPTER = "procurement.pool.oidc.CitizensOnly"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
# Where links in e-mails lead.
SITE_URL = os.environ.get("SODSONG_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
# Before the numbers of purchases in data of the Open Contracting Data Standard.
OCID_PREFIX = environment.ocid_prefix(os.environ)
# Citizens sign in by a link, good once: sent by e-mail, or handed over on paper to who has none.
SIGN_IN_LINK_LIFE = timedelta(minutes=15)
SIGN_IN_PAPER_LIFE = timedelta(days=3)
SIGN_IN_LINKS_AN_HOUR = 3

SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_END = timedelta(minutes=30)

# "Leave this page now" on the citizens' pages leads here: a page that anybody might be reading.
LEAVE_URL = "https://www.tmd.go.th/"

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True
USE_I18N = True

# --- Files for everybody, of which a process keeps copies for some minutes (organisations.publishing) -----------------
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "files": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "files",
        "OPTIONS": {"MAX_ENTRIES": 24},
    },
}

# --- Work in the background, and the connections it all needs (config.database checks that the server has room) ------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
WEB_PROCESSES = int(os.environ.get("SODSONG_WEB_PROCESSES", "1"))
WORKER_PROCESSES = int(os.environ.get("SODSONG_WORKER_PROCESSES", "1"))
WORKER_THREADS = int(os.environ.get("SODSONG_WORKER_THREADS", "4"))
RELAY_PROCESSES = int(os.environ.get("SODSONG_RELAY_PROCESSES", "1"))

# --- Live pages: PostgreSQL's NOTIFY wakes them, or Redis where it is named; everything else is the same --------------
REDIS_URL = os.environ.get("REDIS_URL", "")
CHANNEL_LAYERS: dict[str, Any] = {}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "sodsong"},
    }

# --- Roads out of the house: e-mail (SODSONG_EMAIL_*, read in local.py and production.py), LINE, webhooks -------------
ROAD_RATES = environment.rates(os.environ)
LINE_TOKEN, LINE_SECRET, LINE_ADDRESS = environment.line(os.environ)
LINE_HOST = "https://api.line.me"
# Systems inside the agency's own network may be told only where the administrator of the machine says so.
WEBHOOK_PRIVATE = os.environ.get("SODSONG_WEBHOOK_PRIVATE") == "1"
WEBHOOK_LOCAL = False
# By this token monitoring may ask /service/health/; without one only administrators may.
HEALTH_TOKEN = os.environ.get("SODSONG_HEALTH_TOKEN", "")
DELIVERIES_KEPT = timedelta(days=90)
DEAD_DELIVERIES_KEPT = timedelta(days=365)

# --- Files --------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Evidence: what a phone photo or a scanned letter needs, and little more.
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_MAX_FILES = 10
# What a complainant may add to one case in its whole life.
EVIDENCE_MAX_FILES_OF_CASE = 50
# The virus scanner, and whether no file is taken while it is away.
CLAMAV, CLAMAV_REQUIRED = environment.clamav(os.environ)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Django's own handlers put large uploads on the disk unsealed, and so does its server with a body beyond the second
# setting: no body is (config.bodies), so none is put there.
FILE_UPLOAD_HANDLERS = ["workflows.uploads.BoundedMemoryUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = EVIDENCE_MAX_FILES * EVIDENCE_MAX_BYTES + 10 * 1024 * 1024
# The addresses under which files are taken; elsewhere a body has room for DATA_UPLOAD_MAX_MEMORY_SIZE and its wrapping.
FILE_UPLOAD_PATHS = ("/file/", "/follow/", "/cases/", "/procurement/", "/my/seats/")
BODY_MAX_BYTES = 6 * 1024 * 1024

# --- Safety -------------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": under it browsers send "Origin: null" with our own forms, and every one of them would be refused.
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "config.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A 403 or 404 is an answer, not a fault; its traceback would only hide one.
    "loggers": {"django.request": {"level": "ERROR"}},
}
