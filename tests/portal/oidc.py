"""A small OpenID Connect server on loopback: discovery, authorization, token, keys, userinfo."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "portal", "the client's secret"


class Server(ThreadingHTTPServer):
    """`claims` is who signs in next; `authorize` plays the page on which they agree."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def authorize(self, url: str) -> dict[str, str]:
        """Agree to what the portal asked for; the parameters of the way back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        assert {"openid", "email"} <= set(query["scope"].split())
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Exchange a code once, with the client's secret and the proof of who asked."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)
        if not (asked and known and proof == asked["code_challenge"]):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60} | self.claims
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "t", "token_type": "Bearer", "id_token": signed}


class Handler(BaseHTTPRequestHandler):
    server: Server
    PATHS: ClassVar = {"authorization_endpoint": "/authorize", "token_endpoint": "/token"}

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.path)
        key = jwt.algorithms.RSAAlgorithm.to_jwk(server.key.public_key(), as_dict=True)
        answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": server.issuer,
                "jwks_uri": f"{server.issuer}/keys",
                "userinfo_endpoint": f"{server.issuer}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **{name: server.issuer + path for name, path in self.PATHS.items()},
            },
            "/keys": {"keys": [key | {"kid": "one", "use": "sig"}]},
            "/userinfo": server.claims,
        }
        self._answer(answers.get(self.path))

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(self.server.token(form), 400)

    def _answer(self, data: Any, otherwise: int = 404) -> None:
        body = json.dumps(data or {"error": "invalid_grant"}).encode()
        self.send_response(200 if data else otherwise)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
