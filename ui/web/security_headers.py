"""What every answer of the server carries, and what the public page may not be used for."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    # gradio's pages carry inline scripts and compile templates; everything else must come from this server.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
        "frame-ancestors 'self'; form-action 'self'; base-uri 'self'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class PageGuards:
    """ASGI middleware: security headers everywhere, and no file uploads below the page `no_uploads`."""

    def __init__(self, app: ASGIApp, *, no_uploads: str) -> None:
        self._app = app
        self._upload = re.compile(rf"{re.escape(no_uploads)}/.*\bupload\b")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def protect(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if self._upload.match(scope["path"]):
            await PlainTextResponse("This page takes no files.", status_code=403)(scope, receive, protect)
            return
        await self._app(scope, receive, protect)
