"""The pages put together: chat and console on one port, with their guards."""

from __future__ import annotations

import os
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from chatbot.errors import NotFoundError
from chatbot.knowledge.faq_files import export_file
from chatbot.knowledge.rejected_rows import MEDIA_TYPE, RejectedRows
from ui.catalogue import CatalogueReader
from ui.chat.visitors import VisitorCookie
from ui.services import Services
from ui.training_monitor import Retraining
from ui.web.header import CHAT, CONSOLE, EXPORTS, LOGIN, LOGOUT, REJECTS
from ui.web.icon import ICON, ICON_ADDRESS
from ui.web.language import LanguageAddresses
from ui.web.login import ConsoleGuard, login_routes, session_user
from ui.web.security_headers import PageGuards
from ui.web.sessions import GuessBrake, Sessions
from ui.wording.words import LANGUAGES, Words

_LOOK_SECONDS = 0.5
"""For how long the pages use the knowledge base without looking whether it has changed."""
_CONCURRENT = 16


def build_app(services: Services) -> FastAPI:
    """Chat at `/chat/`, console at `/console/`, `/` leads to the chat. Building it starts no thread and no server."""
    # Read by gradio at every turn: no usage statistics leave this machine, and so many handlers of a kind run at once.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_DEFAULT_CONCURRENCY_LIMIT"] = str(_CONCURRENT)
    from ui.mounting import mount_chat, mount_console

    settings = services.settings
    sessions = Sessions(services.state)
    catalogue = CatalogueReader(services.knowledge.store, every=_LOOK_SECONDS)
    retraining = Retraining(services.training.run, services.training.running)

    def team(request: Request) -> str | None:
        return session_user(request, sessions)

    # No API pages: they would load scripts from outside.
    # Uploads of the console are the largest requests: their limit and room for what surrounds the file.
    largest = int(settings.max_import_mb * 1_000_000) + 1_000_000
    app = FastAPI(title="Support chat", docs_url=None, redoc_url=None, max_body_size=largest)
    app.include_router(login_routes(services.state, sessions, GuessBrake(), settings.lang))
    _add_small_routes(app, services)
    for lang in LANGUAGES:
        mount_chat(app, services, catalogue, lang)
        mount_console(app, services, catalogue, retraining, lang, team)
    # The last one added runs first.
    app.add_middleware(
        LanguageAddresses,
        pages=(CHAT, CONSOLE),
        besides=(LOGIN, LOGOUT, *EXPORTS.values(), REJECTS),
        default=settings.lang,
    )
    app.add_middleware(VisitorCookie, page=CHAT)
    app.add_middleware(ConsoleGuard, sessions=sessions)
    app.add_middleware(PageGuards, no_uploads=CHAT)
    return app


def _add_small_routes(app: FastAPI, services: Services) -> None:
    @app.get("/", include_in_schema=False)
    def root() -> Response:
        return RedirectResponse(f"{CHAT}/")

    @app.get("/manifest.json", include_in_schema=False)
    def manifest() -> dict[str, str]:
        title = Words(services.settings.lang)("chat_title")
        return {"name": title, "start_url": f"{CHAT}/", "display": "minimal-ui"}

    @app.get(ICON_ADDRESS, include_in_schema=False)
    def icon() -> Response:
        return Response(ICON, media_type="image/svg+xml")

    for kind, address in EXPORTS.items():
        app.get(address, include_in_schema=False)(_exported(services, kind))

    @app.get(REJECTS, include_in_schema=False)
    def rejects(import_id: str = "") -> Response:
        try:
            rows = RejectedRows(services.settings.imports_dir).rows(import_id)
        except NotFoundError as error:
            return PlainTextResponse(str(error), status_code=404)
        named = {"content-disposition": f'attachment; filename="import-{import_id}.rejects.csv"'}
        return Response(rows, media_type=MEDIA_TYPE, headers=named)

    for path in (CHAT, CONSOLE):
        app.get(path, include_in_schema=False)(_slash_added)


def _exported(services: Services, kind: str) -> Callable[[], Response]:
    def export() -> Response:
        file = export_file(services.knowledge.store.entries(), kind)
        named = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.content, media_type=file.media_type, headers=named)

    return export


def _slash_added(request: Request) -> Response:
    return RedirectResponse(f"{request.url.path}/")
