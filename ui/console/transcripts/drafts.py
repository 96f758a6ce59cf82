"""The console's card of drafts mined from past conversations: read, change, decide."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from ui.console.transcripts import actions, present
from ui.console.widgets.stoppable import named_steps
from ui.console.widgets.tables import PRIVATE, table, tell, warn
from ui.services import Services
from ui.wording.words import Words

_WIDTHS = ["70px", "110px", "110px", "130px", "300px", "300px"]
Update = tuple[Any, ...]


def drafts_card(page: gr.Blocks, tab: gr.Tab, services: Services, say: Words) -> None:
    """Build the card where it is made."""
    handlers = _DraftHandlers(services, say)
    chosen = gr.State(0)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="line"):
            heading = gr.Markdown(f"### {say('drafts_heading')}\n{say('drafts_hint')}", elem_id="drafts-heading")
            mine = gr.Button(say("drafts_mine"), elem_id="drafts-mine", scale=0, min_width=180)
        columns = ("col_draft", "col_draft_kind", "col_conversations", "col_agreement", "col_question", "col_answer")
        names = [say(key) for key in columns]
        listing = table(names, _WIDTHS, "drafts", say("drafts_heading"), visible=False)
    with gr.Column(elem_classes="card"):
        hint = gr.HTML(f'<p class="hint">{say("draft_choose")}</p>', elem_id="draft-evidence", padding=False)
        with gr.Column(visible=False) as editor:
            question = gr.Textbox(label=say("draft_question"), elem_id="draft-question", elem_classes="fields")
            answer = gr.Textbox(label=say("draft_answer"), lines=3, elem_id="draft-answer", elem_classes="fields")
            variants = gr.Textbox(label=say("draft_variants"), lines=4, elem_id="draft-variants", elem_classes="fields")
            intent = gr.Textbox(label=say("draft_intent"), elem_id="draft-intent", elem_classes="fields")
            with gr.Row(elem_classes="line"):
                accept = gr.Button(say("draft_accept"), elem_id="draft-accept", variant="primary", scale=0)
                save = gr.Button(say("draft_save"), elem_id="draft-save", scale=0)
                reject = gr.Button(say("draft_reject"), elem_id="draft-reject", scale=0)
    listed = [heading, listing]
    words = [question, answer, variants, intent]
    opened = [chosen, hint, editor, *words]
    quiet: dict[str, Any] = {"show_progress": "hidden", **PRIVATE}
    for loaded in (page.load, tab.select):
        loaded(handlers.drafts, None, listed, **quiet)
    mine.click(handlers.mine, None, None, show_progress_on=[mine], **PRIVATE).then(
        handlers.drafts, None, listed, **quiet
    )
    listing.select(handlers.open, None, opened, **quiet)
    save.click(handlers.save, [chosen, *words], None, **quiet).then(handlers.drafts, None, listed, **quiet)
    for button, action in ((accept, handlers.accept), (reject, handlers.reject)):
        button.click(action, [chosen, *words], opened, **quiet).then(handlers.drafts, None, listed, **quiet)


class _DraftHandlers:
    """What the events of the drafts call."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say

    def drafts(self) -> Update:
        """Heading and table."""
        found = self._services.drafts.store.drafts()
        line = self._say("drafts_count", count=len(found))
        if not found:
            line = self._say("drafts_empty", button=self._say("drafts_mine"))
        heading = f"### {self._say('drafts_heading')}\n{self._say('drafts_hint')} {line}"
        return heading, gr.Dataframe(value=present.draft_rows(found, self._say), visible=bool(found))

    def mine(self, progress: gr.Progress = gr.Progress()) -> None:  # noqa: B008  gradio fills it in by its default
        try:
            counts = actions.propose(self._services, named_steps(progress, self._say))
        except ChatbotError as error:
            warn(error, self._say)
            return
        tell(self._say("drafts_mined", **counts))

    def open(self, event: gr.SelectData) -> Update:
        """The draft of the row that was chosen; its number is the row's first cell."""
        try:
            found = self._services.drafts.store.draft(int(event.row_value[0]))
        except ChatbotError as error:
            warn(error, self._say)
            return self._closed()
        return (
            found.id,
            present.evidence_html(found, self._say),
            gr.Column(visible=True),
            found.question,
            gr.Textbox(value=found.answer, visible=found.kind == "faq"),
            "\n".join(found.variants),
            found.intent or "",
        )

    def save(self, draft: int, *words: str) -> None:
        try:
            actions.save_draft(self._services, draft, _four(words), self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return
        tell(self._say("draft_saved", draft=draft))

    def accept(self, draft: int, *words: str) -> Update:
        try:
            actions.accept_draft(self._services, draft, _four(words), self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return tuple(gr.skip() for _ in range(7))
        tell(self._say("draft_accepted", draft=draft))
        return self._closed()

    def reject(self, draft: int, *_: str) -> Update:
        try:
            actions.reject_draft(self._services, draft, self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return tuple(gr.skip() for _ in range(7))
        tell(self._say("draft_rejected", draft=draft))
        return self._closed()

    def _closed(self) -> Update:
        hint = f'<p class="hint">{self._say("draft_choose")}</p>'
        return 0, hint, gr.Column(visible=False), "", gr.Textbox(value=""), "", ""


def _four(words: tuple[str, ...]) -> tuple[str, str, str, str]:
    question, answer, variants, intent = (word or "" for word in words)
    return question, answer, variants, intent
