"""Citizens who come by the state's identity service (ThaID speaks OpenID Connect): known ones are let in, nobody else.

The service says who somebody is; whether he is a citizen of the pool is looked up here, each time, by the keyed hash of
his identity number or of an e-mail address the service has verified. No account is ever made or tied to the service,
and nothing it says is stored.
"""

from collections.abc import Mapping
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

from procurement.models import Citizen

from .accounts import by_email, by_identity

_SECONDS = 10


def citizen_meant(claims: Mapping[str, Any], identity_claim: str) -> Citizen | None:
    """The citizen of whom the service speaks and who may sign in; None for everybody else.

    claims: what the service says of him. identity_claim: the name of the one with his identity number. An e-mail
    address counts only where the service has verified it, and never against an identity number that is another one's.
    """
    number = str(claims.get(identity_claim) or "")
    if found := by_identity(number):
        return found
    if claims.get("email_verified") is not True:
        return None
    found = by_email(str(claims.get("email") or ""))
    return None if found is None or (number and found.id_hash) else found


class _Hurried(requests.Session):
    """A session in which nobody is waited for longer than some seconds."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As `requests`, with a time limit where the caller sets none."""
        kwargs.setdefault("timeout", _SECONDS)
        return super().request(*args, **kwargs)


class CitizensOnly(DefaultSocialAccountAdapter):
    """allauth's own ways of connecting and signing up are closed; who comes in is decided by the view."""

    def get_requests_session(self) -> requests.Session:
        """For every question to the service."""
        return _Hurried()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let the citizen in whom the service means, or tell him that he is not known. Raises ImmediateHttpResponse."""
        from procurement.views.citizen.oidc import answer

        told = sociallogin.account.extra_data
        claims = {**told["id_token"], **told["userinfo"]}
        claim = sociallogin.account.get_provider().app.settings["identity_claim"]
        raise ImmediateHttpResponse(answer(request, citizen_meant(claims, claim)))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """The service did not say who he is, or he turned back. Raises ImmediateHttpResponse."""
        from procurement.views.citizen.oidc import failed

        raise ImmediateHttpResponse(failed(request))


class Service(OpenIDConnectOAuth2Adapter):
    """The service as it must be spoken to: what it says of itself and of people is checked further than by allauth."""

    def get_provider(self) -> Any:
        """The provider, which asks through this class too."""
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self)
        return provider

    @property
    def openid_config(self) -> dict[str, Any]:
        """The service's own description. Raises OAuth2Error where it is another's (OpenID Connect Discovery, 4.3)."""
        config: dict[str, Any] = super().openid_config
        server = self.get_provider().app.settings["server_url"]
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if str(config.get("issuer", "")).rstrip("/") != server or not all(config.get(name) for name in needed):
            raise OAuth2Error("the identity service describes another one, or not enough")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who signed in there, by the signed token and by what is told beside it. Raises OAuth2Error."""
        signed = kwargs["response"].get("id_token")
        if not signed:
            raise OAuth2Error("no id_token")
        claims = self._decode_id_token(app, signed)
        told = {}
        if self.openid_config.get("userinfo_endpoint"):
            told = self._fetch_user_info(token.token)
            # OpenID Connect Core, 5.3.2: else a token of somebody else could be put in its place.
            if told.get("sub") != claims.get("sub"):
                raise OAuth2Error("two answers about two people")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims, "userinfo": told or claims})

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Its claims. Always by its signature, though the standard would let TLS stand for it."""
        config = self.openid_config
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=config["jwks_uri"],
            issuer=config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims
