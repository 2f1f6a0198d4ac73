"""What an installation may add by its environment, read as a whole: half of one is refused, for it would fail later."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

OIDC_PROVIDER = "citizens"
"""The id of the one provider, part of the address to which it sends people back."""

_MAIL_SECURITY = ("starttls", "tls", "none")
_TRUE_LOCAL = ("http://127.0.0.1:", "http://localhost:")


def mail(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings for sending mail, by SODSONG_EMAIL_*; {} where none is set, and then no mail is sent.

    Raises ImproperlyConfigured for half of them, naming what is missing, and for an unknown kind of security.
    """
    if not any(name.startswith("SODSONG_EMAIL_") and value for name, value in environ.items()):
        return {}
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


def _need(environ: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"Set these environment variables too, or none of their kind: {', '.join(missing)}")
