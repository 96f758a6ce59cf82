"""The way into the console: login form, logout, and the guard before everything else under `/console`."""

from __future__ import annotations

import html
import secrets
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.ports import StateStore
from ui.web.header import CHAT, CONSOLE, LOGIN, LOGOUT, header
from ui.web.language import language_of
from ui.web.sessions import SESSION_SECONDS, GuessBrake, Sessions, is_console_password
from ui.wording.words import HTML_LANG, Words

SESSION_COOKIE = "console"
FORM_COOKIE = "console_form"
TEAM = "team"
_FORM_SECONDS = 3600
_MAX_PASSWORD = 200


def session_user(connection: HTTPConnection, sessions: Sessions) -> str | None:
    """The name of the logged-in team, or None."""
    return TEAM if sessions.is_open(connection.cookies.get(SESSION_COOKIE, "")) else None


def login_routes(state: StateStore, sessions: Sessions, brake: GuessBrake, default_lang: str) -> APIRouter:
    """GET and POST of the login form, and logout.

    A form is accepted only together with the cookie that was set when it was shown; that cookie and the session's are
    SameSite=Strict, so no other site can log anybody in or out.
    """
    router = APIRouter(include_in_schema=False)

    def words_for(request: Request) -> Words:
        return Words(language_of(request.cookies, request.headers.get("accept-language", ""), default_lang))

    def form(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
        nonce = secrets.token_urlsafe(16)
        page = HTMLResponse(_form_page(words_for(request), sessions.sign(nonce), problem), status_code=status)
        _set_cookie(page, request, FORM_COOKIE, nonce, _FORM_SECONDS)
        return page

    @router.get(LOGIN)
    def show(request: Request) -> Response:
        if session_user(request, sessions):
            return RedirectResponse(f"{CONSOLE}/", status_code=303)
        return form(request)

    @router.post(LOGIN)
    def log_in(
        request: Request,
        password: Annotated[str, Form(max_length=_MAX_PASSWORD)] = "",
        token: Annotated[str, Form(max_length=_MAX_PASSWORD)] = "",
    ) -> Response:
        say = words_for(request)
        address = request.client.host if request.client else ""
        wait = brake.wait_seconds(address)
        if wait:
            return form(request, say("too_many", seconds=wait), 429)
        nonce = request.cookies.get(FORM_COOKIE, "")
        if not nonce or sessions.signed(token, seconds=_FORM_SECONDS) != nonce:
            return form(request, say("stale_form"), 400)
        if not is_console_password(state, password):
            brake.failed(address)
            wait = brake.wait_seconds(address)
            problem = say("too_many", seconds=wait) if wait else say("wrong_password")
            return form(request, problem, 429 if wait else 401)
        brake.succeeded(address)
        done = RedirectResponse(f"{CONSOLE}/", status_code=303)
        _set_cookie(done, request, SESSION_COOKIE, sessions.open(), SESSION_SECONDS)
        done.delete_cookie(FORM_COOKIE, path=CONSOLE)
        return done

    @router.post(LOGOUT)
    def log_out(request: Request) -> Response:
        done = RedirectResponse(LOGIN, status_code=303)
        if session_user(request, sessions):
            sessions.close(request.cookies[SESSION_COOKIE])
            done.delete_cookie(SESSION_COOKIE, path=CONSOLE)
        return done

    return router


class ConsoleGuard:
    """ASGI middleware: without a session a browser is sent to the login form, and everything else gets 401."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        guarded = (path == CONSOLE or path.startswith(CONSOLE + "/")) and path != LOGIN
        if scope["type"] != "http" or not guarded or session_user(HTTPConnection(scope), self._sessions):
            await self._app(scope, receive, send)
            return
        wants_page = scope["method"] == "GET" and "text/html" in HTTPConnection(scope).headers.get("accept", "")
        answer: Response = PlainTextResponse("Please log in first.", status_code=401)
        if wants_page or path == LOGOUT:
            answer = RedirectResponse(LOGIN, status_code=303)
        await answer(scope, receive, send)


def _set_cookie(response: Response, request: Request, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=CONSOLE,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _form_page(say: Words, token: str, problem: str) -> str:
    style = (Path(__file__).parent / "login.css").read_text(encoding="utf-8")
    alert = f'<p class="problem" role="alert">{html.escape(problem)}</p>' if problem else ""
    return f"""<!doctype html>
<html lang="{HTML_LANG[say.lang]}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{say("login_title")}</title><style>{style}</style>
</head>
<body>
{header("console", say, logged_in=False, languages=False)}
<main>
<form method="post" action="{LOGIN}">
<h1>{say("login_title")}</h1>
<p>{say("login_hint")}</p>
{alert}
<label for="password">{say("password")}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="{_MAX_PASSWORD}"
 required autofocus>
<input type="hidden" name="token" value="{html.escape(token)}">
<button type="submit">{say("log_in")}</button>
<a href="{CHAT}/">{say("to_chat")}</a>
</form>
</main>
</body>
</html>"""
