"""The list of conversations that wait for a person: read one, and take it off the list when it is settled.

Knows: gradio, the list. Does not know: stores, why a conversation was passed on.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.domain.handoffs import Handoff
from chatbot.errors import ChatbotError
from ui import console_present as present
from ui.catalogue import CatalogueReader
from ui.console_tables import box
from ui.services import Services
from ui.wording import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_COLUMNS = ("col_passed_on", "col_title", "col_lang", "col_settled_by", "col_id")
_SHOWN = 100
_TOAST_SECONDS = 4
_TIME = "%Y-%m-%d %H:%M"
WAITING, SETTLED = "waiting", "settled"
Update = tuple[Any, ...]


def inbox_card(page: gr.Blocks, tab: gr.Tab, services: Services, catalogue: CatalogueReader, say: Words) -> None:
    """Build the card inside the current `gr.Tab`."""
    handlers = _Handlers(services, catalogue, say)
    chosen = gr.State("")
    with gr.Column(elem_classes="card"):
        heading = gr.Markdown(f"### {say('inbox_heading', count=0)}", elem_id="inbox-heading")
        gr.Markdown(say("inbox_hint"))
        with gr.Row(elem_classes="line"):
            search = box(say("inbox_search"), "inbox-search", hint=say("inbox_search"))
            which = gr.Radio(
                [(say("inbox_waiting"), WAITING), (say("inbox_settled"), SETTLED)],
                value=WAITING,
                label=say("inbox_show"),
                show_label=False,
                container=False,
                elem_id="inbox-which",
            )
        hint = gr.Markdown(elem_id="inbox-empty", visible=False)
        table = gr.Dataframe(
            headers=[say(key) for key in _COLUMNS],
            datatype="str",
            column_count=len(_COLUMNS),
            column_widths=["150px", "520px", "100px", "130px", "170px"],
            interactive=False,
            show_label=False,
            label=say("inbox_heading", count=""),
            elem_id="inbox",
            max_height=320,
            visible=False,
            buttons=[],
        )
        shown = gr.HTML(elem_id="inbox-conversation", padding=False)
        done = gr.Button(say("inbox_settle"), elem_id="inbox-done", variant="primary", visible=False)

    listed = [heading, hint, table]
    opened = [chosen, shown, done]
    steady = _PRIVATE | {"concurrency_id": "inbox", "concurrency_limit": 1}
    for event in (page.load, tab.select):
        event(handlers.listed, [search, which], listed, **steady)
    search.change(handlers.listed, [search, which], listed, trigger_mode="always_last", **steady)
    which.change(handlers.listed, [search, which], listed, **steady).then(handlers.closed, None, opened, **steady)
    table.select(handlers.read, which, opened, **_PRIVATE)
    acted = done.click(handlers.act, [chosen, which], opened, **steady)
    acted.then(handlers.listed, [search, which], listed, **steady)


class _Handlers:
    """What the events call."""

    def __init__(self, services: Services, catalogue: CatalogueReader, say: Words) -> None:
        self._services = services
        self._catalogue = catalogue
        self._say = say

    def listed(self, search: str, which: str) -> Update:
        """The heading with the number that waits, the hint of an empty list, and the table."""
        settled = which == SETTLED
        found = self._services.handoffs.list(settled=settled, search=search or "", limit=_SHOWN)
        waiting = self._services.handoffs.count()
        empty = "inbox_not_found" if search else ("inbox_none_settled" if settled else "inbox_empty")
        return (
            gr.Markdown(f"### {self._say('inbox_heading', count=waiting)}"),
            gr.Markdown(self._say(empty), visible=not found),
            gr.Dataframe(value=[_row(one) for one in found], visible=bool(found)),
        )

    def closed(self) -> Update:
        """No conversation is open."""
        return "", "", gr.Button(visible=False)

    def read(self, which: str, event: gr.SelectData) -> Update:
        """The conversation of the chosen row, whose id is its last cell, and the button under it."""
        conversation_id = str(event.row_value[-1])
        try:
            conversation = self._services.conversations.get(conversation_id)
        except ChatbotError as error:
            gr.Warning(present.escaped(error), title="", duration=_TOAST_SECONDS)
            return self.closed()
        messages = self._services.conversations.messages(conversation_id)
        html = present.conversation_html(conversation, messages, self._catalogue.current().questions, self._say)
        label = self._say("inbox_reopen" if which == SETTLED else "inbox_settle")
        return conversation_id, html, gr.Button(label, visible=True)

    def act(self, conversation_id: str, which: str, request: gr.Request) -> Update:
        """Settle the open conversation, or put it back."""
        if not conversation_id:
            return self.closed()
        handoffs = self._services.handoffs
        by = str(request.username or "console")
        try:
            if which == SETTLED:
                handoffs.reopen(conversation_id)
            else:
                handoffs.settle(conversation_id, by)
        except ChatbotError as error:  # somebody else was faster
            gr.Warning(present.escaped(error), title="", duration=_TOAST_SECONDS)
            return self.closed()
        said = self._say("inbox_reopened" if which == SETTLED else "inbox_done", count=handoffs.count())
        gr.Success(said, title="", duration=_TOAST_SECONDS)
        return self.closed()


def _row(handoff: Handoff) -> list[str]:
    conversation = handoff.conversation
    return [
        handoff.asked_at.strftime(_TIME),
        present.cut(conversation.title),
        conversation.lang,
        handoff.settled_by,
        conversation.id,
    ]
