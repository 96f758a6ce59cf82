"""The console's tab of past conversations: import them, and decide about the drafts mined from them.

Knows: gradio, its actions. Does not know: file formats, how drafts are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from ui import console_present, past_present
from ui import past_actions as actions
from ui.console_tables import warn
from ui.past_services import PastConversations, TranscriptPreview
from ui.wording import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private"}
_TYPES = [".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".zip"]
_ZONES = ["UTC", "Asia/Shanghai", "Asia/Singapore", "Europe/London", "Europe/Berlin", "America/New_York"]
_LIST_NAMES = ("past_customers", "past_agents", "past_bots", "past_skipped")
_SHOWN = 10
"""Components that show what a file holds."""
_TOAST_SECONDS = 5

Update = tuple[Any, ...]


def past_tab(page: gr.Blocks, tab: gr.Tab, past: PastConversations, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    _import_card(past, say)
    _drafts_card(page, tab, past, say)


def _import_card(past: PastConversations, say: Words) -> None:
    handlers = _ImportHandlers(past, say)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('past_heading')}\n{say('past_hint')}")
        file = gr.File(elem_id="past-file", label=say("past_file"), file_types=_TYPES, type="filepath", height=120)
        zone = gr.Dropdown(
            _ZONES,
            value="UTC",
            label=say("past_zone"),
            allow_custom_value=True,
            elem_id="past-zone",
            elem_classes="fields",
        )
        report = gr.HTML(elem_id="past-report", visible=False, padding=False)
        speakers = _table(
            [say(key) for key in ("col_speaker", "col_role", "col_lines", "col_example")],
            "past-speakers",
            say("past_roles"),
        )
        with gr.Column(visible=False) as roles:
            gr.Markdown(say("past_roles"))
            lists = [
                gr.Dropdown(
                    [], multiselect=True, label=say(name), elem_id=name.replace("_", "-"), elem_classes="fields"
                )
                for name in _LIST_NAMES
            ]
            again = gr.Button(say("past_check"), elem_id="past-check", scale=0, min_width=160)
        turns = _table([say("col_role"), say("col_message")], "past-turns", say("past_preview"))
        problems = _table(
            [say(key) for key in ("col_row", "col_column", "col_reason")], "past-problems", say("problems")
        )
        with gr.Row():
            run = gr.Button(
                say("past_import"), elem_id="past-import", variant="primary", interactive=False, scale=0, min_width=160
            )
    shown = [report, speakers, roles, *lists, turns, problems, run]
    file.upload(handlers.first, [file, zone], shown, show_progress_on=[report], **_PRIVATE)
    again.click(handlers.again, [file, zone, *lists], shown, show_progress_on=[report], **_PRIVATE)
    file.clear(handlers.nothing, None, shown, **_PRIVATE)
    run.click(handlers.run_import, [file, zone, *lists], [*shown, file], show_progress_on=[run], **_PRIVATE)


class _ImportHandlers:
    """What the events of the import call."""

    def __init__(self, past: PastConversations, say: Words) -> None:
        self._past = past
        self._say = say

    def first(self, path: str | None, zone: str) -> Update:
        """What the file holds, and what an import would do."""
        return self._read(path, zone, ()) or self.nothing()

    def again(self, path: str | None, zone: str, *lists: list[str]) -> Update:
        """The same with roles by choice; after a mistake all stays as it is."""
        return self._read(path, zone, lists) or tuple(gr.skip() for _ in range(_SHOWN))

    def _read(self, path: str | None, zone: str, lists: Sequence[list[str]]) -> Update | None:
        try:
            found = actions.read_file(self._past, path, lists, zone or "", self._say, dry_run=True)
        except ChatbotError as error:
            warn(error, self._say)
            return None
        return self._shown(found, self._say("past_would"), importable=found.report.inserted > 0)

    def run_import(self, path: str | None, zone: str, *lists: list[str]) -> Update:
        try:
            found = actions.read_file(self._past, path, lists, zone or "", self._say, dry_run=False)
        except ChatbotError as error:
            warn(error, self._say)
            return tuple(gr.skip() for _ in range(_SHOWN + 1))
        return (*self._shown(found, self._say("past_done"), importable=False), None)

    def nothing(self) -> Update:
        hidden = gr.Dataframe(visible=False)
        lists = [gr.Dropdown(choices=[], value=[]) for _ in _LIST_NAMES]
        return (
            gr.HTML(visible=False),
            hidden,
            gr.Column(visible=False),
            *lists,
            hidden,
            hidden,
            gr.Button(interactive=False),
        )

    def _shown(self, found: TranscriptPreview, heading: str, *, importable: bool) -> Update:
        names, chosen = actions.names_by_role(found.speakers)
        unknown = sum(one.turns for one in found.speakers if not one.role)
        html = console_present.report_html(found.report, heading, self._say)
        if unknown:
            html += f'<p class="hint">{self._say("past_unknown", count=unknown)}</p>'
        rows = past_present.speaker_rows(found.speakers[: actions.SPEAKERS_SHOWN], self._say)
        turns = past_present.turn_rows(found.turns, self._say)
        problems = console_present.problem_rows(found.report, self._say)
        return (
            gr.HTML(html, visible=True),
            gr.Dataframe(value=rows, visible=bool(rows)),
            gr.Column(visible=bool(rows)),
            *(gr.Dropdown(choices=names, value=value) for value in chosen),
            gr.Dataframe(value=turns, visible=bool(turns)),
            gr.Dataframe(value=problems, visible=bool(problems)),
            gr.Button(interactive=importable),
        )


def _drafts_card(page: gr.Blocks, tab: gr.Tab, past: PastConversations, say: Words) -> None:
    handlers = _DraftHandlers(past, say)
    chosen = gr.State(0)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="line"):
            heading = gr.Markdown(f"### {say('drafts_heading')}\n{say('drafts_hint')}", elem_id="drafts-heading")
            mine = gr.Button(say("drafts_mine"), elem_id="drafts-mine", scale=0, min_width=180)
        columns = ("col_draft", "col_draft_kind", "col_conversations", "col_agreement", "col_question", "col_answer")
        table = _table([say(key) for key in columns], "drafts", say("drafts_heading"))
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
    listed = [heading, table]
    words = [question, answer, variants, intent]
    opened = [chosen, hint, editor, *words]
    quiet: dict[str, Any] = {"show_progress": "hidden", **_PRIVATE}
    for loaded in (page.load, tab.select):
        loaded(handlers.drafts, None, listed, **quiet)
    mine.click(handlers.mine, None, None, show_progress_on=[mine], **_PRIVATE).then(
        handlers.drafts, None, listed, **quiet
    )
    table.select(handlers.open, None, opened, **quiet)
    save.click(handlers.save, [chosen, *words], None, **quiet).then(handlers.drafts, None, listed, **quiet)
    for button, action in ((accept, handlers.accept), (reject, handlers.reject)):
        button.click(action, [chosen, *words], opened, **quiet).then(handlers.drafts, None, listed, **quiet)


class _DraftHandlers:
    """What the events of the drafts call."""

    def __init__(self, past: PastConversations, say: Words) -> None:
        self._past = past
        self._say = say

    def drafts(self) -> Update:
        """Heading and table."""
        found = self._past.drafts.drafts()
        line = self._say("drafts_count", count=len(found))
        if not found:
            line = self._say("drafts_empty", button=self._say("drafts_mine"))
        heading = f"### {self._say('drafts_heading')}\n{self._say('drafts_hint')} {line}"
        return heading, gr.Dataframe(value=past_present.draft_rows(found, self._say), visible=bool(found))

    def mine(self, progress: gr.Progress = gr.Progress()) -> None:  # noqa: B008  gradio fills it in by its default
        try:
            counts = actions.propose(self._past, lambda step, share: progress(share, step))
        except ChatbotError as error:
            warn(error, self._say)
            return
        gr.Success(self._say("drafts_mined", **counts), title="", duration=_TOAST_SECONDS)

    def open(self, event: gr.SelectData) -> Update:
        """The draft of the row that was chosen; its number is the row's first cell."""
        try:
            found = self._past.drafts.draft(int(event.row_value[0]))
        except ChatbotError as error:
            warn(error, self._say)
            return self._closed()
        return (
            found.id,
            past_present.evidence_html(found, self._say),
            gr.Column(visible=True),
            found.question,
            gr.Textbox(value=found.answer, visible=found.kind == "faq"),
            "\n".join(found.variants),
            found.intent or "",
        )

    def save(self, draft: int, *words: str) -> None:
        try:
            actions.save_draft(self._past, draft, _four(words), self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return
        gr.Success(self._say("draft_saved", draft=draft), title="", duration=_TOAST_SECONDS)

    def accept(self, draft: int, *words: str) -> Update:
        try:
            actions.accept_draft(self._past, draft, _four(words), self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return tuple(gr.skip() for _ in range(7))
        gr.Success(self._say("draft_accepted", draft=draft), title="", duration=_TOAST_SECONDS)
        return self._closed()

    def reject(self, draft: int, *_: str) -> Update:
        try:
            actions.reject_draft(self._past, draft, self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return tuple(gr.skip() for _ in range(7))
        gr.Success(self._say("draft_rejected", draft=draft), title="", duration=_TOAST_SECONDS)
        return self._closed()

    def _closed(self) -> Update:
        hint = f'<p class="hint">{self._say("draft_choose")}</p>'
        return 0, hint, gr.Column(visible=False), "", gr.Textbox(value=""), "", ""


def _id(name: str) -> str:
    return name.replace("_", "-")


def _four(words: tuple[str, ...]) -> tuple[str, str, str, str]:
    question, answer, variants, intent = (word or "" for word in words)
    return question, answer, variants, intent


def _table(headers: list[str], elem_id: str, label: str) -> gr.Dataframe:
    return gr.Dataframe(
        headers=headers,
        datatype="str",
        column_count=len(headers),
        interactive=False,
        wrap=True,
        label=label,
        show_label=False,
        elem_id=elem_id,
        max_height=360,
        visible=False,
        buttons=[],
    )
