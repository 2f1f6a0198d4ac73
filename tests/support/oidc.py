"""A small OpenID Connect provider on this machine, spoken to over real HTTP: what ThaID is to an installation.

It keeps to the standard where a client could get away with less: a code works once, for its redirect address, its
client's secret and its PKCE verifier. `person` is who signs in there; the other fields let it misbehave.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, SECRET = "sodsong", "a-secret-of-this-test-that-is-long-enough"


class Provider:
    """The provider: its state, which a test reads and changes."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.cancels = False
        self.down = False
        self.issuer_told = ""
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = {}
        self.signs_with: str = "own"
        self.answer: bytes | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.issuer = ""

    def environment(self) -> dict[str, str]:
        """What an installation sets to use it."""
        return {
            "SODSONG_OIDC_NAME": "ThaID",
            "SODSONG_OIDC_SERVER": self.issuer,
            "SODSONG_OIDC_CLIENT_ID": CLIENT_ID,
            "SODSONG_OIDC_SECRET": SECRET,
        }

    def discovery(self) -> dict[str, Any]:
        """What it says of itself."""
        said = {
            "issuer": self.issuer_told or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        return said if self.userinfo is None else {**said, "userinfo_endpoint": f"{self.issuer}/userinfo"}

    def jwks(self) -> dict[str, Any]:
        """Its public key."""
        return {"keys": [{**json.loads(RSAAlgorithm.to_jwk(self._key.public_key())), "kid": "1", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes after its person has agreed, or has not."""
        back = {"state": asked["state"]}
        if self.cancels:
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The tokens for a code."""
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        right = (
            asked is not None
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, SECRET)
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and asked.get("code_challenge_method") == "S256"
            and asked.get("code_challenge") == challenge
        )
        if not right:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "for-userinfo", "token_type": "Bearer", "id_token": self._signed()}

    def _signed(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer_told or self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            **self.person,
            **self.claims,
        }
        if self.signs_with == "nothing":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": "1"})
        if self.signs_with == "the client's secret":
            return jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": "1"})
        key = self._key if self.signs_with == "own" else self._other
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers on a port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            sent = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked.append((parts.path, sent))
            if provider.down:
                self._say(503, {})
            elif parts.path == "/.well-known/openid-configuration":
                self._say(200, provider.discovery())
            elif parts.path == "/jwks":
                self._say(200, provider.jwks())
            elif parts.path == "/userinfo":
                right = self.headers["Authorization"] == "Bearer for-userinfo"
                self._say(200 if right else 401, {**provider.person, **(provider.userinfo or {})})
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(sent))
                self.end_headers()
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            provider.asked.append((self.path, sent))
            if provider.answer is not None:
                self._write(200, provider.answer)
            else:
                self._say(*provider.token(sent))

        def _say(self, status: int, what: dict[str, Any]) -> None:
            self._write(status, json.dumps(what).encode())

        def _write(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
