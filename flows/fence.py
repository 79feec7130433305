"""The fence around the Prefect server of `flows/serve.py`: to a web page of elsewhere this server is not there.

Prefect's server believes every Host and Origin, and a password alone leaves it to be framed, probed and rebound (a name of
the attacker's that suddenly means 127.0.0.1). What comes through here names this server and comes from its own pages or
from no page at all. Prefect's own checks - the password, CSRF tokens - stand behind the fence, not instead of it.
"""

import base64
import hashlib
import hmac
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, NamedTuple

import quiet  # noqa: F401 (before prefect: see there)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOST = "127.0.0.1"
LOGIN = "/ingest-login"
PROOF = "/ingest-proof"

# Both of Prefect's UIs keep the password here; what stands behind # is never sent to a server, nor kept in the history.
SCRIPT = (
    'const given=location.hash.slice(1);history.replaceState(null,"",location.pathname);'
    'if(given)localStorage.setItem("prefect-password",btoa(decodeURIComponent(given)));location.replace("/")'
)
LOGIN_PAGE = f"<!doctype html><meta charset=utf-8><title>ingest</title><script>{SCRIPT}</script>".encode()
LOGIN_POLICY = (
    f"default-src 'none'; script-src 'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
COMMON = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Answer(NamedTuple):
    """What the fence says itself, without asking Prefect."""

    status: int
    body: bytes
    headers: dict[str, str]


def proof(key: str, nonce: str, place: str) -> str:
    """What only a holder of the key can say to a nonce, and only of itself: another's answer names another place."""
    return hmac.new(key.encode(), f"{nonce} {place}".encode(), hashlib.sha256).hexdigest()


class Fence:
    """Lets through to `app` what is meant for this server and comes from nowhere else."""

    def __init__(self, app: App, port: int, key: str) -> None:
        self.app, self.key = app, key
        self.place, self.alias = f"{HOST}:{port}", f"localhost:{port}"
        self.base = f"http://{self.place}"
        self.headers = COMMON | {"content-security-policy": self._policy()}

    def _policy(self) -> str:
        """What Prefect's UIs need and no more: the second one calls an analytics host even with telemetry off."""
        return (
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:; "
            "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            f"font-src 'self' data:; connect-src 'self' ws://{self.place}; frame-ancestors 'none'; base-uri 'self'; "
            "form-action 'self'; object-src 'none'"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif answer := self._answer(scope):
            await _say(answer, scope["type"], receive, send)
        else:
            await self.app(scope, receive, self._with_headers(send))

    def _answer(self, scope: Scope) -> Answer | None:
        asked = Asked.of(scope)
        if not asked.hosts or not asked.hosts <= {self.place, self.alias}:
            return Answer(421, f"This server answers to {self.place} only.\n".encode(), COMMON)
        foreign = asked.origins - {self.base} or asked.sites - {"same-origin", "none"}
        if foreign and (asked.origins or not asked.is_visit):
            return Answer(403, b"Requests from other pages are refused.\n", COMMON)
        if asked.is_visit and self.alias in asked.hosts:
            query = scope["query_string"].decode("latin-1")
            return Answer(307, b"", COMMON | {"location": self.base + scope["path"] + (f"?{query}" if query else "")})
        if scope["path"] == LOGIN:
            return Answer(
                200, LOGIN_PAGE, COMMON | {"content-type": "text/html", "content-security-policy": LOGIN_POLICY}
            )
        if scope["path"] == PROOF:
            return Answer(200, proof(self.key, scope["query_string"].decode("latin-1"), self.place).encode(), COMMON)
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if pair[0].decode().lower() not in self.headers]
                message = {**message, "headers": [*kept, *_encoded(self.headers)]}
            await send(message)

        return sent


class Asked(NamedTuple):
    """The headers that say who asks whom. A header may come twice, and every one counts."""

    hosts: set[str]
    origins: set[str]
    sites: set[str]
    is_visit: bool
    """A person follows a link or types an address: reads a page, and can be refused nothing but a frame."""

    @classmethod
    def of(cls, scope: Scope) -> "Asked":
        """The headers of a request."""
        found: dict[bytes, set[str]] = {}
        for name, value in scope["headers"]:
            found.setdefault(name.lower(), set()).add(value.decode("latin-1").lower())
        visit = scope.get("method") in ("GET", "HEAD") and found.get(b"sec-fetch-mode") == {"navigate"}
        return cls(found.get(b"host", set()), found.get(b"origin", set()), found.get(b"sec-fetch-site", set()), visit)


def _encoded(headers: dict[str, str]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


async def _say(answer: Answer, kind: str, receive: Receive, send: Send) -> None:
    if kind == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the caller sees a 403
        return
    headers = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"} | answer.headers
    await send({"type": "http.response.start", "status": answer.status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": answer.body})


def main() -> None:
    """Prefect's server behind the fence; port, password and all else come from the settings, the key from stdin."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    api = get_current_settings().server.api
    uvicorn.run(
        Fence(create_app(final=True), api.port, sys.stdin.readline().strip()),
        host=HOST,
        port=api.port,
        timeout_keep_alive=api.keepalive_timeout,
        ws_ping_interval=api.websocket_ping_interval,
        ws_ping_timeout=api.websocket_ping_timeout,
        proxy_headers=False,
        log_level="critical",
    )


if __name__ == "__main__":
    main()
