"""A small OpenID Connect provider on loopback: discovery, authorize, token, keys, userinfo; RS256 and PKCE.

``Provider.person`` is whom it says everybody is; ``lies`` names what it does wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tutela.hotline.people.provider_settings import provider_apps
from tutela.hotline.settings import OidcSettings
from tutela.kernel.clock import SystemClock

CLIENT_ID, CLIENT_SECRET = "desk", "a secret of tests"


@dataclass
class Provider:
    """Its state: who is there, what it handed out, what it was asked."""

    person: dict[str, Any]
    lies: frozenset[str] = frozenset()
    address: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def settings(self) -> OidcSettings:
        """The desk's settings for this provider."""
        return OidcSettings.model_validate(
            {
                "issuer": self.address,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "name": "House sign-on",
            }
        )

    def use(self, settings: Any) -> None:
        """Let the desk's Django settings name this provider."""
        settings.TUTELA_OIDC = self.settings()
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": provider_apps(self.settings())}}

    def discovery(self) -> dict[str, Any]:
        issuer = "https://elsewhere.test" if "issuer" in self.lies else self.address
        token_host = "http://127.0.0.2:9" if "token_host" in self.lies else self.address
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{token_host}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """The address to which the browser is sent back."""
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Raises KeyError or ValueError for a code that is not, or not any more, somebody's."""
        query = self.codes.pop(form["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            challenge.rstrip(b"=").decode() != query["code_challenge"]
            or form["client_secret"] != CLIENT_SECRET
        ):
            raise ValueError("not the one who asked")
        now = int(SystemClock().now().timestamp())
        claims = {
            "iss": self.address,
            "aud": "another desk" if "audience" in self.lies else CLIENT_ID,
            "iat": now,
            "exp": now - 60 if "expired" in self.lies else now + 300,
            **self.person,
        }
        key = rsa.generate_private_key(65537, 2048) if "signature" in self.lies else self.key
        signed = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "k1"})
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def userinfo(self) -> dict[str, Any]:
        return {**self.person, "sub": "somebody else"} if "subject" in self.lies else self.person


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/authorize":
                self._answer(302, b"", {"Location": provider.authorize(dict(parse_qsl(parts.query)))})
                return
            pages = {
                "/.well-known/openid-configuration": provider.discovery,
                "/jwks": provider.jwks,
                "/userinfo": provider.userinfo,
            }
            self._json(200, pages[parts.path]())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                self._json(200, provider.token(dict(parse_qsl(body))))
            except (KeyError, ValueError):
                self._json(400, {"error": "invalid_grant"})

        def _json(self, status: int, value: object) -> None:
            self._answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    return Handler


@contextmanager
def running_provider(email: str = "ada@house.test", *, verified: bool = True) -> Iterator[Provider]:
    """A provider that says everybody is the person of this address."""
    provider = Provider(person={"sub": "248289761001", "email": email, "email_verified": verified})
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads, server.block_on_close = True, False
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
