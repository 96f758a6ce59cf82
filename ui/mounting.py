"""gradio's pages mounted into the application, once per language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request

from ui.catalogue import CatalogueReader
from ui.chat.page import build_chat
from ui.console.page import build_console
from ui.services import Services
from ui.training_monitor import Retraining
from ui.web.header import CHAT, CONSOLE
from ui.web.theme import head, theme


def mount_chat(app: FastAPI, services: Services, catalogue: CatalogueReader, lang: str) -> None:
    """The customer's page of one language."""
    _mount(app, build_chat(services, catalogue, lang), f"{CHAT}/{lang}", lang, {})


def mount_console(
    app: FastAPI,
    services: Services,
    catalogue: CatalogueReader,
    retraining: Retraining,
    lang: str,
    user: Callable[[Request], str | None],
) -> None:
    """The team's page of one language; only requests that `user` names somebody for reach it."""
    page = build_console(services, catalogue, retraining, lang)
    largest = int(services.settings.max_import_mb * 1_000_000)
    _mount(app, page, f"{CONSOLE}/{lang}", lang, {"max_file_size": largest, "auth_dependency": user})


def _mount(app: FastAPI, page: gr.Blocks, path: str, lang: str, options: dict[str, Any]) -> None:
    gr.mount_gradio_app(
        app,
        page,
        path=path,
        theme=theme(),
        head=head(lang),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        **options,
    )
