"""Who is chatting: an unguessable id per browser in an HttpOnly cookie.

No page script can read the id, and no handler takes it from anywhere but the request's cookies.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VISITOR_COOKIE = "visitor"
_BYTES = 24
_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_YEAR = 365 * 24 * 3600


def visitor_in(cookies: Mapping[str, str]) -> str | None:
    """The visitor id among a request's cookies, or None when there is none that we could have given."""
    value = cookies.get(VISITOR_COOKIE) or ""
    return value if _ID.fullmatch(value) else None


class VisitorCookie:
    """ASGI middleware: gives a browser its id when it opens a page under `page`, and renews it at each visit."""

    def __init__(self, app: ASGIApp, *, page: str) -> None:
        self._app = app
        self._page = re.compile(rf"{re.escape(page)}/(?:[a-z]{{2}}/)?")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not self._page.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        visitor = visitor_in(HTTPConnection(scope).cookies) or secrets.token_urlsafe(_BYTES)
        secure = "; Secure" if scope.get("scheme") == "https" else ""

        async def give(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(
                    "set-cookie",
                    f"{VISITOR_COOKIE}={visitor}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}",
                )
            await send(message)

        await self._app(scope, receive, give)
