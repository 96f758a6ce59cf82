"""The console's first tab: files in and out, and the entries of the knowledge base."""

from __future__ import annotations

import gradio as gr

from ui.console.knowledge.change_preview import check_card
from ui.console.knowledge.entries import entries_card
from ui.console.knowledge.imports import import_card
from ui.services import Services
from ui.wording.words import Words


def knowledge_tab(page: gr.Blocks, services: Services, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    entries_card(page, services, say, import_card(page, services, say))
    check_card(services, say)
