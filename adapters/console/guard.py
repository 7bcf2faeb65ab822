"""Who may see the console: people at this machine, or with its token; never another site in their browser."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from markupsafe import Markup

COOKIE: Final = "newsbell_console"
COOKIE_SECONDS: Final = 30 * 24 * 3600

SAFE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: http: data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer. Pictures may come from anywhere, as in the apps; everything else from here alone."""


class Guard:
    """Decides whether a request is answered. `hosts` are names, or names with a port: "localhost", "news.local:80"."""

    def __init__(self, hosts: Collection[str], token: str = "") -> None:
        self._hosts = hosts
        self._token = token

    def refusal(self, request: web.Request) -> web.Response | None:
        """Why `request` gets no answer, as the answer that it gets instead; None lets it in."""
        if not self._known_host(request.host):
            return _refused(
                403,
                f"This console does not answer to {request.host!r}.",
                "Set NEWSBELL_CONSOLE_URL to its public address.",
            )
        if request.method not in {"GET", "HEAD"} and not _from_own_page(request):
            return _refused(403, "This came from another site.", "Type it into the console's own page.")
        return self._token_refusal(request) if self._token else None

    def _known_host(self, host: str) -> bool:
        """A site that makes its own name point here (DNS rebinding) still sends that name."""
        parts = _split(f"//{host.lower()}")
        return bool({parts.netloc, parts.hostname} & {each.lower() for each in self._hosts})

    def _token_refusal(self, request: web.Request) -> web.Response | None:
        if _same(request.query.get("token", ""), self._token):
            return self._welcome(request)
        if _same(request.cookies.get(COOKIE, ""), self._pass):
            return None
        return _refused(401, "This console asks for its token.", "Open it as /?token=… with NEWSBELL_CONSOLE_TOKEN.")

    def _welcome(self, request: web.Request) -> web.Response:
        """Remember the browser, and take the token out of its address line.

        A redirect would not do: after a click on another site's page it comes without the strict cookie.
        """
        page = Markup('<!doctype html><meta http-equiv="refresh" content="0; url={0}"><a href="{0}">newsbell</a>')
        response = web.Response(text=page.format(request.path), content_type="text/html")
        response.set_cookie(
            COOKIE, self._pass, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", secure=request.secure
        )
        return response

    @property
    def _pass(self) -> str:
        """What the cookie holds: proof of the token, not the token."""
        return hmac.digest(self._token.encode(), COOKIE.encode(), "sha256").hex()


def _same(given: str, expected: str) -> bool:
    """Whether both are equal, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _from_own_page(request: web.Request) -> bool:
    """Browsers name the page that a POST comes from, and let no other site send JSON unasked."""
    origin = _split(request.headers.get("Origin", ""))
    return origin.netloc.lower() == request.host.lower() and request.content_type == "application/json"


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # such as a bracket without its partner
        return urlsplit("")


def _refused(status: int, what: str, mend: str) -> web.Response:
    return web.Response(status=status, text=f"{what}\n{mend}\n")
