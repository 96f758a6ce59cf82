"""The team's console in one language: its tabs, put together."""

from __future__ import annotations

import gradio as gr

from ui.catalogue import CatalogueReader
from ui.console.conversations.tab import conversations_tab
from ui.console.inbox.badge import WaitingBadge
from ui.console.inbox.tab import inbox_card
from ui.console.knowledge.tab import knowledge_tab
from ui.console.review.tab import review_tab
from ui.console.training.tab import training_tab
from ui.console.transcripts.tab import past_tab
from ui.services import Services
from ui.training_monitor import Retraining
from ui.web.header import header
from ui.wording.words import Words


def build_console(services: Services, catalogue: CatalogueReader, retraining: Retraining, lang: str) -> gr.Blocks:
    """The page; whoever reaches it is logged in."""
    say = Words(lang)
    with gr.Blocks(title=say("console_title"), fill_width=True, analytics_enabled=False) as page:
        gr.HTML(header("console", say, logged_in=True), elem_id="header", padding=False)
        badge = WaitingBadge()
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab(say("tab_knowledge"), id="knowledge"):
                knowledge_tab(page, services, say)
            with gr.Tab(say("tab_conversations"), id="conversations") as conversations:
                inbox_card(page, conversations, badge, services, catalogue, say)
                conversations_tab(page, conversations, services, catalogue, say)
            with gr.Tab(say("tab_past"), id="past") as past:
                past_tab(page, past, services, say)
            with gr.Tab(say("tab_review"), id="review") as review:
                review_tab(page, review, services, say)
            with gr.Tab(say("tab_training"), id="training") as training:
                training_tab(page, training, services, retraining, say)
        badge.leads_to(tabs, "conversations")
    return page
