"""Which language a page speaks, and the addresses that follow from it.

Each page exists once per language under its own address (`/chat/en/`, `/chat/zh/`). The address without a language
shows the one the visitor chose last, else the one the browser asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.wording.words import LANGUAGES

LANGUAGE_COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def preferred(accept_language: str, default: str) -> str:
    """The first of our languages that the browser accepts (`zh-*` counts as `zh`), else the default."""
    weighted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.replace(" ", "").removeprefix("q=")) if quality else 1.0
        except ValueError:
            weight = 0.0
        weighted.append((-weight, place, tag.split("-")[0].lower()))
    return next((lang for weight, _, lang in sorted(weighted) if weight < 0 and lang in LANGUAGES), default)


def language_of(cookies: Mapping[str, str], accept_language: str, default: str) -> str:
    """The visitor's choice, else the browser's, else the default."""
    chosen = cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else preferred(accept_language, default)


class LanguageAddresses:
    """ASGI middleware: serves `/chat/...` from `/chat/<lang>/...` and remembers a language opened by its address.

    `besides` are addresses below a page that are not gradio's.
    """

    def __init__(self, app: ASGIApp, *, pages: Sequence[str], besides: Sequence[str], default: str) -> None:
        self._app = app
        self._pages = pages
        self._besides = frozenset(besides)
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        page = next((page for page in self._pages if path.startswith(page + "/")), None)
        if scope["type"] != "http" or page is None or path in self._besides:
            await self._app(scope, receive, send)
            return
        rest = path.removeprefix(page + "/")
        lang = rest.partition("/")[0]
        if lang not in LANGUAGES:
            asked = HTTPConnection(scope)
            lang = language_of(asked.cookies, asked.headers.get("accept-language", ""), self._default)
            target = f"{page}/{lang}/{rest}"
            await self._app({**scope, "path": target, "raw_path": quote(target).encode("ascii")}, receive, send)
            return
        if rest != f"{lang}/":
            await self._app(scope, receive, send)
            return

        async def remember(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(
                    "set-cookie", f"{LANGUAGE_COOKIE}={lang}; Path=/; Max-Age={_YEAR}; SameSite=Lax"
                )
            await send(message)

        await self._app(scope, receive, remember)
