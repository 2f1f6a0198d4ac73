"""What an installation may add by its environment, read as a whole: half of one is refused, for it would fail later."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

OIDC_PROVIDER = "citizens"
"""The id of the one provider, part of the address to which it sends people back."""

_MAIL_SECURITY = ("starttls", "tls", "none")
# What each mail service wants beside its name, as django-anymail calls it: its key, a domain, a secret.
_MAIL_SERVICES: dict[str, tuple[str, ...]] = {
    "brevo": ("BREVO_API_KEY",),
    "mailersend": ("MAILERSEND_API_TOKEN",),
    "mailgun": ("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "mailtrap": ("MAILTRAP_API_TOKEN",),
    "mandrill": ("MANDRILL_API_KEY",),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "resend": ("RESEND_API_KEY",),
    "sendgrid": ("SENDGRID_API_KEY",),
    "sparkpost": ("SPARKPOST_API_KEY",),
}
_OF_SERVICE = {"DOMAIN": "SODSONG_EMAIL_SERVICE_DOMAIN", "SECRET": "SODSONG_EMAIL_SERVICE_SECRET"}
_EMAIL_RATE = "SODSONG_EMAIL_PER_MINUTE"
_OCID_PREFIX = re.compile(r"ocds-[a-z0-9]{6}")
_LINE = ("SODSONG_LINE_TOKEN", "SODSONG_LINE_SECRET", "SODSONG_LINE_ADDRESS")
_TRUE_LOCAL = ("http://127.0.0.1:", "http://localhost:")


def mail(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings for sending mail, by SODSONG_EMAIL_*; {} where none is set, and then no mail is sent.

    By a mail server, or by a service that is spoken to over HTTPS (SODSONG_EMAIL_SERVICE). Raises ImproperlyConfigured
    for half of either or parts of both, naming what is missing, and for an unknown service or kind of security.
    """
    said = {name for name, value in environ.items() if name.startswith("SODSONG_EMAIL_") and value} - {_EMAIL_RATE}
    if not said:
        return {}
    if any(name.startswith("SODSONG_EMAIL_SERVICE") for name in said):
        return _mail_service(environ, said)
    return _mail_server(environ)


def _mail_server(environ: Mapping[str, str]) -> dict[str, Any]:
    _need(environ, "SODSONG_EMAIL_HOST", "SODSONG_EMAIL_FROM")
    if bool(environ.get("SODSONG_EMAIL_USER")) != bool(environ.get("SODSONG_EMAIL_PASSWORD")):
        raise ImproperlyConfigured("Set SODSONG_EMAIL_USER and SODSONG_EMAIL_PASSWORD both, or neither.")
    security = environ.get("SODSONG_EMAIL_SECURITY", "starttls")
    if security not in _MAIL_SECURITY:
        raise ImproperlyConfigured(f"SODSONG_EMAIL_SECURITY is one of {', '.join(_MAIL_SECURITY)}.")
    usual = "465" if security == "tls" else "587"
    try:
        port = int(environ.get("SODSONG_EMAIL_PORT") or usual)
    except ValueError:
        raise ImproperlyConfigured("SODSONG_EMAIL_PORT is no number.") from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": environ["SODSONG_EMAIL_HOST"],
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": environ.get("SODSONG_EMAIL_USER", ""),
        "EMAIL_HOST_PASSWORD": environ.get("SODSONG_EMAIL_PASSWORD", ""),
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": environ["SODSONG_EMAIL_FROM"],
    }


def _mail_service(environ: Mapping[str, str], said: set[str]) -> dict[str, Any]:
    _need(environ, "SODSONG_EMAIL_SERVICE", "SODSONG_EMAIL_SERVICE_KEY", "SODSONG_EMAIL_FROM")
    service = environ["SODSONG_EMAIL_SERVICE"]
    if service not in _MAIL_SERVICES:
        raise ImproperlyConfigured(f"SODSONG_EMAIL_SERVICE is one of {', '.join(_MAIL_SERVICES)}.")
    key, *more = _MAIL_SERVICES[service]
    wanted = [(name, _OF_SERVICE["DOMAIN" if name.endswith("DOMAIN") else "SECRET"]) for name in more]
    _need(environ, *(variable for _name, variable in wanted))
    taken = {"SODSONG_EMAIL_SERVICE", "SODSONG_EMAIL_SERVICE_KEY", "SODSONG_EMAIL_FROM", *(v for _name, v in wanted)}
    if others := sorted(said - taken):
        raise ImproperlyConfigured(f"With {service} these environment variables mean nothing: {', '.join(others)}")
    return {
        "EMAIL_BACKEND": f"anymail.backends.{service}.EmailBackend",
        "ANYMAIL": {
            key: environ["SODSONG_EMAIL_SERVICE_KEY"],
            **{name: environ[variable] for name, variable in wanted},
            "REQUESTS_TIMEOUT": (5, 20),
        },
        "DEFAULT_FROM_EMAIL": environ["SODSONG_EMAIL_FROM"],
    }


def line(environ: Mapping[str, str]) -> tuple[str, str, str]:
    """The LINE Official Account people are told by: its token, its secret, and what people add (`@agency`); each ""
    where none is set. Raises ImproperlyConfigured for a part of them, naming what is missing."""
    if any(environ.get(name) for name in _LINE):
        _need(environ, *_LINE)
    token, secret, address = (environ.get(name, "") for name in _LINE)
    return token, secret, address


def clamav(environ: Mapping[str, str]) -> tuple[str, bool]:
    """Where the virus scanner (clamd) listens, a socket's path or `host:port`, "" where there is none; and whether no
    file is taken while it is away. Raises ImproperlyConfigured for another form, and for the second without the first.
    """
    address, required = environ.get("SODSONG_CLAMAV", ""), environ.get("SODSONG_CLAMAV_REQUIRED") == "1"
    if required:
        _need(environ, "SODSONG_CLAMAV")
    host, _colon, port = address.rpartition(":")
    if address and not address.startswith("/") and not (host and port.isdecimal() and port.isascii()):
        raise ImproperlyConfigured("SODSONG_CLAMAV is the path of a socket, or host:port.")
    return address, required


def rates(environ: Mapping[str, str]) -> dict[str, int]:
    """How many messages may leave in a minute on each road: by e-mail, by LINE, and to one webhook.

    Raises ImproperlyConfigured for what is no number above 0.
    """
    usual = {"email": 300, "line": 1000, "webhook": 600}
    found = {}
    for road, most in usual.items():
        name = f"SODSONG_{road.upper()}_PER_MINUTE"
        said = environ.get(name) or str(most)
        if not (said.isdecimal() and said.isascii() and int(said)):
            raise ImproperlyConfigured(f"{name} is no number above 0.")
        found[road] = int(said)
    return found


def oidc(environ: Mapping[str, str], *, plain_http: bool = False) -> dict[str, Any]:
    """allauth's settings of the identity service (ThaID), by SODSONG_OIDC_*; {} where none is set.

    plain_http: a service on this machine may be reached without TLS, to try it. Raises ImproperlyConfigured for half of
    the variables, naming what is missing, and for a service that is not reached by https.
    """
    if not any(name.startswith("SODSONG_OIDC_") and value for name, value in environ.items()):
        return {}
    _need(environ, "SODSONG_OIDC_NAME", "SODSONG_OIDC_SERVER", "SODSONG_OIDC_CLIENT_ID", "SODSONG_OIDC_SECRET")
    server = environ["SODSONG_OIDC_SERVER"].rstrip("/")
    if not server.startswith("https://") and not (plain_http and server.startswith(_TRUE_LOCAL)):
        raise ImproperlyConfigured("SODSONG_OIDC_SERVER begins with https://.")
    return {
        "provider_id": OIDC_PROVIDER,
        "name": environ["SODSONG_OIDC_NAME"],
        "client_id": environ["SODSONG_OIDC_CLIENT_ID"],
        "secret": environ["SODSONG_OIDC_SECRET"],
        "settings": {
            "server_url": server,
            "oauth_pkce_enabled": True,
            "identity_claim": environ.get("SODSONG_OIDC_CLAIM") or "pid",
            "scope": (environ.get("SODSONG_OIDC_SCOPE") or "openid pid").split(),
        },
    }


def ocid_prefix(environ: Mapping[str, str]) -> str:
    """What numbers of contracting processes (OCDS) begin with, by SODSONG_OCID_PREFIX: the prefix that the Open
    Contracting Partnership has registered for this publisher. Unless it is set it says that there is none. Raises
    ImproperlyConfigured for what is no prefix."""
    said = environ.get("SODSONG_OCID_PREFIX") or ""
    if said and not _OCID_PREFIX.fullmatch(said):
        raise ImproperlyConfigured("SODSONG_OCID_PREFIX is a registered prefix such as ocds-a1b2c3.")
    return said or "unregistered"


def _need(environ: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"Set these environment variables too, or none of their kind: {', '.join(missing)}")
