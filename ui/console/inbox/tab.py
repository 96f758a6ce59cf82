"""The list of conversations that wait for a person: it renews itself, and says how many wait wherever one is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import gradio as gr

from chatbot.handoff.inbox import LONGEST_NAME
from ui.catalogue import CatalogueReader
from ui.console.inbox.badge import WaitingBadge
from ui.console.inbox.browser_notice import KEEP_ALERT, KEEP_NAME, NOTICE, REMEMBERED
from ui.console.inbox.conversation import OpenConversation
from ui.console.inbox.present import COLUMNS, handoff_rows
from ui.console.widgets.tables import box
from ui.services import Services
from ui.wording.words import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_SHOWN = 100
WAITING, SETTLED = "waiting", "settled"
Update = tuple[Any, ...]


def inbox_card(
    page: gr.Blocks, tab: gr.Tab, badge: WaitingBadge, services: Services, catalogue: CatalogueReader, say: Words
) -> None:
    """Build the card inside the current `gr.Tab`; `badge` stands outside and tells how many wait."""
    handlers = _Handlers(services, say)
    with gr.Column(elem_classes="card", elem_id="inbox-card"):
        heading = gr.Markdown(f"### {say('inbox_heading', count=0)}", elem_id="inbox-heading")
        gr.Markdown(say("inbox_hint"))
        with gr.Row(elem_classes="line bottom fields"):
            name = gr.Textbox(label=say("inbox_name"), elem_id="inbox-name", max_lines=1, max_length=LONGEST_NAME)
            alert = gr.Checkbox(label=say("inbox_alert"), elem_id="inbox-alert")
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
            headers=[say(key) for key in COLUMNS],
            datatype="str",
            column_count=len(COLUMNS),
            column_widths=["120px", "330px", "190px", "150px", "110px", "180px"],
            interactive=False,
            show_label=False,
            label=say("inbox_heading", count=""),
            elem_id="inbox",
            max_height=320,
            visible=False,
            buttons=[],
        )
        opened = OpenConversation(services, catalogue, say)
    drawn = gr.State("")

    listed = [heading, hint, table, badge.button, badge.number, badge.sentence, drawn]
    wanted = [search, which, drawn]
    left, kept = [opened.chosen, opened.box, opened.unsent], [*opened.outputs, opened.unsent]
    notice = [badge.number, alert, opened.mark, badge.sentence]
    steady = _PRIVATE | {"concurrency_id": "inbox", "concurrency_limit": 1}
    page.load(None, None, [name, alert], js=REMEMBERED, **_PRIVATE)
    name.change(None, name, None, js=KEEP_NAME, **_PRIVATE)
    alert.input(None, alert, None, js=KEEP_ALERT, **_PRIVATE)
    for event in (page.load, tab.select):
        event(handlers.listed, wanted, listed, **steady).then(None, notice, None, js=NOTICE)
    search.change(handlers.listed, wanted, listed, trigger_mode="always_last", **steady)
    which.change(opened.leave, left, kept, **steady).then(handlers.listed, wanted, listed, **steady)
    table.select(opened.read, [name, *left], kept, **_PRIVATE).then(None, notice, None, js=NOTICE)
    conversation = [opened.chosen, name]
    acts = (
        (opened.take.click, opened.take_it, [*conversation, opened.mark]),
        (opened.box.submit, opened.reply, [*conversation, opened.box]),
        (opened.back.click, opened.hand_back, conversation),
        (opened.done.click, opened.settle, [*conversation, opened.done]),
    )
    for event, act, inputs in acts:
        done = event(act, inputs, opened.outputs, **steady).then(handlers.listed, wanted, listed, **steady)
        done.then(None, notice, None, js=NOTICE)
    # Without the queue: its event streams would open and close all day.
    looked = badge.timer.tick(handlers.listed, wanted, listed, queue=False, **_PRIVATE)
    looked = looked.then(opened.fresh, [*conversation, opened.mark], opened.outputs, queue=False, **_PRIVATE)
    looked.then(None, notice, None, js=NOTICE)


class _Handlers:
    """What the events of the list call."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say

    def listed(self, search: str, which: str, drawn: str) -> Update:
        """Heading, hint of an empty list, table, badge, the number of those that need a reply, that as a sentence.

        The last is what was drawn; where it would be drawn again nothing is sent.
        """
        settled, handoffs = which == SETTLED, self._services.inbox.handoffs
        rows = handoff_rows(
            handoffs.list(settled=settled, search=search or "", limit=_SHOWN), dt.datetime.now(dt.UTC), self._say
        )
        waiting, open_ones = handoffs.count(), handoffs.count(unanswered=True)
        now = repr((rows, waiting, open_ones, which, search))
        if now == drawn:
            return tuple(gr.skip() for _ in range(7))
        empty = "inbox_not_found" if search else ("inbox_none_settled" if settled else "inbox_empty")
        said = self._say("inbox_badge", count=open_ones)
        return (
            gr.Markdown(f"### {self._say('inbox_heading', count=waiting)}"),
            gr.Markdown(self._say(empty), visible=not rows),
            gr.Dataframe(value=rows, visible=bool(rows)),
            gr.Button(said, visible=open_ones > 0),
            open_ones,
            said,
            now,
        )
