"""An identity provider on the loopback, which tells the truth unless asked to lie."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID = "maillage-test"


class FakeProvider:
    """`claims` go to the identity token, `about` to the user info; tests change them, and the rest, to lie.

    `metadata` replace what the discovery says; `sends_to` redirects a path, `weighs` makes its answer so many bytes long.
    """

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.stranger_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with_stranger_key = False
        self.algorithm = "RS256"
        self.user_info_signed = False
        self.nonce = ""
        self.claims: dict[str, Any] = {}
        self.about: dict[str, Any] = {
            "sub": "s-1",
            "email": "zoe@exemple.fr",
            "email_verified": True,
            "given_name": "Zoé",
            "usual_name": "Martin",
            "name": "Zoé Martin",
        }
        self.token_requests: list[dict[str, str]] = []
        self.metadata: dict[str, Any] = {}
        self.sends_to: dict[str, str] = {}
        self.weighs: dict[str, int] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.metadata,
        }

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "s-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            **self.claims,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def sign(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "HS256":
            return jwt.encode(claims, "x" * 40, algorithm="HS256", headers={"kid": "k1"})
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})
        key = self.stranger_key if self.signs_with_stranger_key else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "k1"})

    def jwks(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def _handler(provider) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                if self.path in provider.sends_to:
                    return self.send_away()
                if self.path == "/userinfo" and provider.user_info_signed:
                    said = {"iss": provider.issuer, "aud": CLIENT_ID, **provider.about}
                    return self.answer(provider.sign(said).encode(), "application/jwt")
                pages = {
                    "/.well-known/openid-configuration": provider.discovery,
                    "/jwks": provider.jwks,
                    "/userinfo": lambda: provider.about,
                }
                return self.answer(json.dumps(pages[self.path]()).encode(), "application/json")

            def do_POST(self) -> None:
                provider.asked.append(self.path)
                if self.path in provider.sends_to:
                    return self.send_away()
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.token_requests.append({name: values[0] for name, values in parse_qs(body).items()})
                said = {"access_token": "a-1", "token_type": "Bearer", "id_token": provider.id_token()}
                self.answer(json.dumps(said).encode(), "application/json")

            def send_away(self) -> None:
                self.send_response(307)
                self.send_header("Location", provider.sends_to[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def answer(self, body: bytes, kind: str) -> None:
                body = body.ljust(provider.weighs.get(self.path, 0))
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
