"""The console's review tab: label messages one after another, and make entries or intents of unanswered questions."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.domain import OUT_OF_SCOPE, LabelAction
from chatbot.domain.review import QueueItem, UnansweredTopic  # gradio reads these annotations when it runs
from chatbot.errors import ChatbotError
from ui.console.review import actions
from ui.console.review.present import item_html, topic_rows
from ui.console.widgets import html as present
from ui.console.widgets.tables import warn
from ui.services import Services
from ui.wording.words import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_TOAST_SECONDS = 4
_TOPIC_COLUMNS = ("topic_choice", "col_about", "col_size", "col_trend", "col_central")
Update = tuple[Any, ...]

KEYS = """() => {
  const buttons = {
    '1': 'review-confirm', 'o': 'review-outside', 'x': 'review-ignore', 's': 'review-skip', 'u': 'review-undo'
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')) return;
    const button = document.getElementById(buttons[event.key]);
    if (button && button.offsetParent && !button.disabled) { event.preventDefault(); button.click(); }
  });
}"""


def review_tab(page: gr.Blocks, tab: gr.Tab, services: Services, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    handlers = _Handlers(services, say)
    item = gr.State(None)
    skipped = gr.State(list)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('tab_review')}\n{say('review_hint')}")
        who = gr.Textbox(label=say("reviewer"), elem_id="reviewer", elem_classes="fields", max_lines=1, max_length=80)
        shown = gr.HTML(elem_id="review-item", padding=False)
        with gr.Row(elem_classes="line bottom"):
            confirm = gr.Button(say("no_guess"), elem_id="review-confirm", variant="primary", interactive=False)
            outside = gr.Button(say("out_of_scope_button"), elem_id="review-outside", interactive=False)
            ignore = gr.Button(say("ignore_button"), elem_id="review-ignore", interactive=False)
            skip = gr.Button(say("skip_button"), elem_id="review-skip", interactive=False)
            undo = gr.Button(say("undo_button"), elem_id="review-undo")
        with gr.Row(elem_classes="line bottom"):
            intent = gr.Dropdown(
                [],
                label=say("correct_label"),
                elem_id="review-intent",
                elem_classes="fields",
                allow_custom_value=True,
                scale=2,
            )
            correct = gr.Button(
                say("correct_button"), elem_id="review-correct", scale=0, min_width=200, interactive=False
            )
        alike = gr.Checkbox(label=say("alike_box", count=1), elem_id="review-alike", visible=False)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('topics_heading')}\n{say('topics_hint')}")
        group = gr.Button(say("topics_refresh"), elem_id="topics-refresh", scale=0, min_width=180)
        no_topics = gr.Markdown(say("topics_empty"), elem_id="topics-empty", visible=False)
        table = gr.Dataframe(
            headers=[say(key) for key in _TOPIC_COLUMNS],
            datatype="str",
            column_count=len(_TOPIC_COLUMNS),
            column_widths=["64px", "190px", "76px", "170px", "540px"],
            interactive=False,
            show_label=False,
            label=say("topics_heading"),
            elem_id="topics",
            max_height=320,
            visible=False,
            buttons=[],
        )
        topics = gr.State(list)
        chosen = gr.State(None)
        with gr.Column(visible=False, elem_id="topic-form", elem_classes="fields") as form:
            question = gr.Textbox(label=say("draft_question"), elem_id="topic-question", max_length=500)
            phrasings = gr.Textbox(label=say("draft_phrasings"), elem_id="draft-phrasings", lines=4, max_length=8_000)
            answer = gr.Textbox(label=say("draft_answer"), elem_id="topic-answer", lines=3, max_length=8_000)
            name = gr.Textbox(label=say("topic_intent_name"), elem_id="topic-intent-name", max_lines=1, max_length=100)
            with gr.Row(elem_classes="line bottom"):
                add = gr.Button(say("draft_add"), elem_id="draft-add", variant="primary")
                as_intent = gr.Button(say("topic_intent"), elem_id="topic-intent")
                keep = gr.Button(say("topic_keep"), elem_id="topic-keep")

    view = [item, shown, confirm, outside, ignore, skip, correct, alike, intent]
    steady: dict[str, Any] = {**_PRIVATE, "concurrency_id": "review", "concurrency_limit": 1}
    tab.select(handlers.next, [who, skipped], view, **steady)
    acts = (
        (confirm, handlers.confirm),
        (outside, handlers.outside),
        (ignore, handlers.ignore),
        (correct, handlers.correct),
    )
    for button, act in acts:
        done = button.click(act, [item, who, alike, intent], None, **steady)
        done.then(handlers.next, [who, skipped], view, **steady)
    skip.click(handlers.skip, [item, skipped], skipped, **steady).then(handlers.next, [who, skipped], view, **steady)
    undo.click(handlers.undo, who, None, **steady).then(handlers.next, [who, skipped], view, **steady)
    page.load(None, None, None, js=KEYS, **_PRIVATE)
    group.click(handlers.topics, None, [topics, table, no_topics, form], **steady)
    fields = [chosen, form, question, phrasings, answer, name]
    table.select(handlers.choose, topics, fields, **_PRIVATE)
    add.click(handlers.add, [question, phrasings, answer, name], form, **steady)
    keep.click(handlers.keep, [chosen, topics, question, phrasings, answer, name], form, **steady)
    as_intent.click(handlers.as_intent, [chosen, topics, name, who], form, **steady).then(
        handlers.topics, None, [topics, table, no_topics, form], **steady
    )


class _Handlers:
    """What the events call."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say

    def next(self, who: str, skipped: list[int], request: gr.Request) -> Update:
        """The next message of this person, with its buttons."""
        queue = self._services.review.queue
        items = queue.take(_person(who, request), count=len(skipped) + 1)
        item = next((found for found in items if found.message.id not in skipped), None)
        if item is None:
            html = f'<p class="hint" id="review-empty">{self._say("review_empty")}</p>'
            off = gr.Button(interactive=False)
            none = gr.Button(self._say("no_guess"), interactive=False)
            return None, html, none, off, off, off, off, gr.Checkbox(visible=False), gr.skip()
        guess = item.guesses[0][0] if item.guesses else ""
        named = self._say("out_of_scope") if guess == OUT_OF_SCOPE else guess
        label = self._say("confirm_guess", intent=named) if guess else self._say("no_guess")
        on = gr.Button(interactive=True)
        box = gr.Checkbox(value=False, label=self._say("alike_box", count=len(item.alike)), visible=len(item.alike) > 1)
        choices = gr.Dropdown(choices=queue.intents(), value=None)
        html = item_html(queue.detail(item), self._say)
        return item, html, gr.Button(label, interactive=bool(guess)), on, on, on, on, box, choices

    def confirm(self, item: QueueItem | None, who: str, alike: bool, _: str | None, request: gr.Request) -> None:
        if item is None or not item.guesses:
            return
        guess = item.guesses[0][0]
        if guess == OUT_OF_SCOPE:
            self._label(item, LabelAction.OUT_OF_SCOPE, "", alike, who, request)
        else:
            self._label(item, LabelAction.CONFIRM, guess, alike, who, request)

    def outside(self, item: QueueItem | None, who: str, alike: bool, _: str | None, request: gr.Request) -> None:
        self._label(item, LabelAction.OUT_OF_SCOPE, "", alike, who, request)

    def ignore(self, item: QueueItem | None, who: str, alike: bool, _: str | None, request: gr.Request) -> None:
        self._label(item, LabelAction.IGNORE, "", alike, who, request)

    def correct(self, item: QueueItem | None, who: str, alike: bool, intent: str | None, request: gr.Request) -> None:
        known = intent in self._services.review.queue.intents()
        self._label(item, LabelAction.CORRECT if known else LabelAction.NEW_INTENT, intent or "", alike, who, request)

    def skip(self, item: QueueItem | None, skipped: list[int]) -> list[int]:
        return skipped if item is None else [*skipped, item.message.id]

    def undo(self, who: str, request: gr.Request) -> None:
        try:
            undone = self._services.review.queue.undo(_person(who, request))
        except ChatbotError as error:
            warn(error, self._say)
            return
        gr.Info(self._say("unlabelled", count=len(undone)), title="", duration=_TOAST_SECONDS)

    def topics(self) -> Update:
        """The topics, their table, the hint when there is none, and the form, closed."""
        found = list(self._services.review.topics())
        table = gr.Dataframe(value=topic_rows(found), visible=bool(found))
        return found, table, gr.Markdown(visible=not found), gr.Column(visible=False)

    def choose(self, topics: list[UnansweredTopic], event: gr.SelectData) -> Update:
        """The chosen topic as a draft: its number, the open form and its fields."""
        number = int(event.row_value[0])
        review, topic = self._services.review, topics[number - 1]
        question, phrasings = review.wording(topic)
        answer = review.agent_answer(topic)
        if answer:
            gr.Info(self._say("topic_answered"), title="", duration=_TOAST_SECONDS)
        return number, gr.Column(visible=True), question, "\n".join(phrasings), answer, ""

    def add(self, question: str, phrasings: str, answer: str, intent: str) -> Any:
        try:
            actions.add_entry(self._services, (question, answer, phrasings, intent), self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return gr.skip()
        shown = present.escaped(question.strip())
        gr.Success(self._say("draft_added", question=shown), title="", duration=_TOAST_SECONDS)
        return gr.Column(visible=False)

    def keep(
        self,
        chosen: int | None,
        topics: list[UnansweredTopic],
        question: str,
        phrasings: str,
        answer: str,
        intent: str,
    ) -> Any:
        """Put the topic among the drafts, for somebody who knows the answer."""
        if chosen is None or not question.strip():
            return gr.skip()
        try:
            draft = actions.keep_topic(self._services, topics[chosen - 1], (question, answer, phrasings, intent))
        except ChatbotError as error:
            warn(error, self._say)
            return gr.skip()
        said = self._say("topic_kept", question=present.escaped(draft.question), tab=self._say("tab_past"))
        gr.Success(said, title="", duration=_TOAST_SECONDS)
        return gr.Column(visible=False)

    def as_intent(
        self, chosen: int | None, topics: list[UnansweredTopic], intent: str, who: str, request: gr.Request
    ) -> Any:
        if chosen is None:
            return gr.skip()
        ids = [message.id for message in topics[chosen - 1].messages]
        known = intent.strip() in self._services.review.queue.intents()
        action = LabelAction.CORRECT if known else LabelAction.NEW_INTENT
        try:
            self._services.review.queue.label(ids, action, _person(who, request), intent=intent)
        except ChatbotError as error:
            warn(error, self._say)
            return gr.skip()
        said = self._say("topic_labelled", intent=present.escaped(intent.strip()), count=len(ids))
        gr.Success(said, title="", duration=_TOAST_SECONDS)
        return gr.Column(visible=False)

    def _label(
        self, item: QueueItem | None, action: LabelAction, intent: str, alike: bool, who: str, request: gr.Request
    ) -> None:
        if item is None:
            return
        ids = list(item.alike) if alike else [item.message.id]
        try:
            self._services.review.queue.label(ids, action, _person(who, request), intent=intent)
        except ChatbotError as error:
            warn(error, self._say)
            return
        gr.Info(self._say("labelled", count=len(ids)), title="", duration=_TOAST_SECONDS)


def _person(who: str, request: gr.Request) -> str:
    """The name that labels are kept under; without one each open page is somebody else, so that nobody shares items."""
    return who.strip() or f"console {str(request.session_hash)[:8]}"
