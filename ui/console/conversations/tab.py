"""The console's second tab: find and read conversations, with the reasons of every answer."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError, NotFoundError
from ui.catalogue import CatalogueReader
from ui.console.conversations import actions
from ui.console.widgets import html as present
from ui.console.widgets.decision import tried_html
from ui.console.widgets.tables import box, warn
from ui.services import Services
from ui.web.header import CHAT
from ui.wording.words import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private"}
_COLUMNS = ("col_started", "col_title", "col_lang", "col_messages", "col_origin", "col_id")

_TOAST_SECONDS = 5

Update = tuple[Any, ...]


def conversations_tab(page: gr.Blocks, tab: gr.Tab, services: Services, catalogue: CatalogueReader, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    handlers = _Handlers(services, catalogue, say)
    first = gr.State(0)
    with gr.Column(elem_classes="card", visible=False) as figures:
        routes = gr.HTML(elem_id="routes", padding=False)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="line"):
            search = box(say("search"), "conversations-search", hint=say("search_conversations"))
            refresh = gr.Button(say("refresh"), elem_id="conversations-refresh", scale=0, min_width=120)
        hint = gr.Markdown(elem_id="conversations-empty", visible=False)
        table = gr.Dataframe(
            headers=[say(key) for key in _COLUMNS],
            datatype="str",
            column_count=len(_COLUMNS),
            column_widths=["150px", "460px", "100px", "100px", "90px", "170px"],
            interactive=False,
            show_label=False,
            label=say("tab_conversations"),
            elem_id="conversations",
            max_height=420,
            buttons=[],
        )
        with gr.Row(elem_classes="line"):
            newer = gr.Button(say("newer"), elem_id="newer", size="sm", scale=0, min_width=110)
            place = gr.Markdown(elem_id="conversations-place")
            older = gr.Button(say("older"), elem_id="older", size="sm", scale=0, min_width=110)
    with gr.Column(elem_classes="card"):
        hint_html = f'<p class="hint">{say("choose_conversation")}</p>'
        detail = gr.HTML(hint_html, elem_id="conversation", padding=False)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('try_heading')}\n{say('try_hint')}")
        with gr.Row(elem_classes="line"):
            trial = box(say("message_label"), "try-message", hint=say("message_hint"))
            explain = gr.Button(say("try_button"), elem_id="try-explain", scale=0, min_width=120)
        tried = gr.HTML(elem_id="tried", padding=False)

    shown = [hint, table, place, newer, older, first]
    quiet: dict[str, Any] = {"show_progress": "hidden", **_PRIVATE}
    # One after another: a list that was asked for before a search must not arrive after its result.
    in_order = quiet | {"concurrency_id": "conversations", "concurrency_limit": 1}
    for loaded in (page.load, tab.select, refresh.click):
        loaded(handlers.page, [search, first], shown, **in_order)
        loaded(handlers.routes, None, [figures, routes], **quiet)
    search.change(handlers.newest, search, shown, trigger_mode="always_last", **in_order)
    newer.click(handlers.newer, [search, first], shown, **in_order)
    older.click(handlers.older, [search, first], shown, **in_order)
    table.select(handlers.read, None, detail, **quiet)
    for asked in (explain.click, trial.submit):
        asked(handlers.explain, trial, tried, **quiet)


class _Handlers:
    """What the events call."""

    def __init__(self, services: Services, catalogue: CatalogueReader, say: Words) -> None:
        self._services = services
        self._catalogue = catalogue
        self._say = say

    def newest(self, search: str) -> Update:
        return self.page(search, 0)

    def newer(self, search: str, first: int) -> Update:
        return self.page(search, first - actions.PAGE_SIZE)

    def older(self, search: str, first: int) -> Update:
        return self.page(search, first + actions.PAGE_SIZE)

    def page(self, search: str, first: int) -> Update:
        """Hint, table, place, the two buttons, and where the page begins."""
        found = actions.conversation_page(self._services, search or "", first)
        last = found.first + len(found.conversations)
        empty = self._say("conversations_none" if search else "conversations_empty", chat=f"{CHAT}/{self._say.lang}/")
        place = self._say("shown", first=found.first + 1, last=last, total=f"{found.total:,}")
        return (
            gr.Markdown(empty, visible=not found.conversations),
            gr.Dataframe(value=present.conversation_rows(found.conversations), visible=bool(found.conversations)),
            gr.Markdown(place, visible=bool(found.conversations)),
            gr.Button(interactive=found.first > 0, visible=found.total > actions.PAGE_SIZE),
            gr.Button(interactive=last < found.total, visible=found.total > actions.PAGE_SIZE),
            found.first,
        )

    def routes(self) -> Update:
        """The bars, hidden while nothing has been answered."""
        counts, conversations = actions.route_counts(self._services)
        return gr.Column(visible=bool(counts)), present.routes_html(counts, conversations, self._say)

    def read(self, event: gr.SelectData) -> str:
        """The conversation of the row that was chosen; its id is the row's last cell."""
        try:
            conversation, messages = actions.read_conversation(self._services, str(event.row_value[-1]))
        except NotFoundError as error:
            warn(error, self._say)
            return f'<p class="hint">{self._say("choose_conversation")}</p>'
        nearest = actions.nearest_utterances(self._services, messages)
        return present.conversation_html(
            conversation, messages, self._catalogue.current().questions, self._say, nearest
        )

    def explain(self, text: str) -> str:
        """What would be decided for the typed message."""
        try:
            explanation = actions.explain(self._services, text or "", self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return ""
        return tried_html((text or "").strip(), explanation, self._catalogue.current().questions, self._say)
