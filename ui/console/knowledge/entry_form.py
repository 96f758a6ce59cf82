"""The console's form of one entry: create, change, history, restore."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot import text
from chatbot.errors import ChatbotError
from ui.console.knowledge import actions, present
from ui.console.knowledge.change_preview import ReplayTable, replay_update
from ui.console.widgets.stoppable import named_steps
from ui.console.widgets.tables import PRIVATE, tell, warn
from ui.services import Services
from ui.wording.words import Words

_PARTS = 10
Update = tuple[Any, ...]


class EntryForm:
    """The card, built where it is made. `parts` are what `open` gives values for; `changed` are its events."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say
        with gr.Column(elem_classes="card", elem_id="entry-card"):
            with gr.Row(elem_classes="line"):
                gr.Markdown(f"### {say('edit_heading')}")
                new = gr.Button(say("new_entry"), elem_id="entry-new", scale=0, min_width=140)
            self._entry_id, self._seen = gr.State(""), gr.State("")
            self._fields = self._build_fields()
            with gr.Row():
                save = gr.Button(say("save"), elem_id="entry-save", variant="primary", scale=0, min_width=140)
                asked = gr.Button(say("replay"), elem_id="entry-replay", scale=0, min_width=260)
            replayed = ReplayTable(say, "entry")
            with gr.Accordion(say("changes"), open=False, elem_id="entry-history"):
                history = gr.HTML(padding=False)
                with gr.Row():
                    change = gr.Dropdown([], label=say("restore_which"), elem_id="restore-which", interactive=True)
                    restore = gr.Button(say("restore"), elem_id="restore", scale=0, min_width=120)
            with gr.Accordion(say("deleted_entries"), open=False, elem_id="deleted") as deleted_part, gr.Row():
                deleted = gr.Dropdown([], label=say("deleted_entries"), elem_id="deleted-which", interactive=True)
                bring_back = gr.Button(say("restore"), elem_id="bring-back", scale=0, min_width=120)
        self.parts = [self._entry_id, self._seen, *self._fields, history, change]
        new.click(self.new, None, self.parts, show_progress="hidden", **PRIVATE)
        self.changed = (
            save.click(self.save, self.parts[:-2], self.parts, show_progress_on=[save], **PRIVATE),
            restore.click(self.restore, change, self.parts, show_progress_on=[restore], **PRIVATE),
            bring_back.click(self.restore, deleted, self.parts, show_progress_on=[bring_back], **PRIVATE),
        )
        question, lang = self._fields[0], self._fields[4]
        question.blur(self.spoken, [self._entry_id, question], lang, show_progress="hidden", **PRIVATE)
        shown = [replayed.line, replayed.table]
        asked.click(self.replay, self.parts[:-2], shown, show_progress_on=[replayed.line], **PRIVATE)
        deleted_part.expand(self.deleted, None, deleted, show_progress="hidden", **PRIVATE)
        self.changed[2].then(self.deleted, None, deleted, show_progress="hidden", **PRIVATE)

    def open(self, entry_id: str) -> Update:
        """Values of `parts` for an entry."""
        try:
            kept = self._services.knowledge.editing.get(entry_id)
            changes = self._services.knowledge.editing.history(entry_id)
        except ChatbotError as error:
            warn(error, self._say)
            return self._unchanged()
        entry = kept.entry
        back = [(present.change_label(c, self._say), c.number) for c in changes if c.before is not None]
        return (
            entry.id,
            kept.updated_at.isoformat(),
            entry.question,
            entry.answer,
            "\n".join(entry.variants),
            entry.intent or "",
            entry.lang,
            ", ".join(entry.tags),
            present.history_html(changes, self._say),
            gr.Dropdown(choices=back, value=back[0][1] if back else None),
        )

    def new(self) -> Update:
        """An empty form, in the language of the page."""
        entry_id, seen, question, answer, variants, intent, tags, changes = ("",) * 8
        return (
            *(entry_id, seen, question, answer, variants, intent, self._say.lang, tags, changes),
            gr.Dropdown(choices=[], value=None),
        )

    def spoken(self, entry_id: str, question: str) -> Any:
        """The language of a new question, once it is written."""
        return gr.skip() if entry_id or not question.strip() else text.language(question)

    def save(self, entry_id: str, seen: str, *fields: str) -> Update:
        """Store what the form holds."""
        question, answer, variants, intent, lang, tags = fields
        try:
            made = actions.save(self._services, entry_id, (question, answer, variants, intent, lang, tags), seen)
        except ChatbotError as error:
            warn(error, self._say)
            return self._unchanged()
        tell(self._say("saved"))
        return self.open(made.id)

    def replay(
        self,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        entry_id: str = "",
        seen: str = "",
        *fields: str,
    ) -> Update:
        """Which logged questions the form would change, without storing it."""
        question, answer, variants, intent, lang, tags = fields
        try:
            entry = actions.form_entry(entry_id, (question, answer, variants, intent, lang, tags))
            done = actions.replay_edit(self._services, entry, named_steps(progress, self._say))
        except ChatbotError as error:
            warn(error, self._say)
            return gr.skip(), gr.skip()
        return replay_update(done, self._say)

    def restore(self, change: int | None) -> Update:
        """Put an entry back as it was before a change."""
        if not change:
            return self._unchanged()
        try:
            entry_id = self._services.knowledge.editing.restore(int(change), actor=actions.ACTOR)
        except ChatbotError as error:
            warn(error, self._say)
            return self._unchanged()
        tell(self._say("restored"))
        return self.open(entry_id)

    def deleted(self) -> Any:
        """What can be brought back."""
        found = self._services.knowledge.editing.deleted()
        choices = [(present.change_label(change, self._say), change.number) for change in found]
        return gr.Dropdown(choices=choices, value=choices[0][1] if choices else None)

    def _build_fields(self) -> list[Any]:
        say = self._say
        question = gr.Textbox(label=say("col_question"), elem_id="entry-question")
        answer = gr.Textbox(label=say("col_answer"), lines=3, max_lines=12, elem_id="entry-answer")
        variants = gr.Textbox(label=say("field_variants"), lines=2, max_lines=10, elem_id="entry-variants")
        languages = [("English", "en"), ("中文", "zh")]
        with gr.Row():
            intent = gr.Textbox(label=say("col_intent"), elem_id="entry-intent")
            lang = gr.Dropdown(languages, value=say.lang, label=say("col_lang"), elem_id="entry-lang")
            tags = gr.Textbox(label=say("tag_text"), elem_id="entry-tags")
        return [question, answer, variants, intent, lang, tags]

    def _unchanged(self) -> Update:
        return tuple(gr.skip() for _ in range(_PARTS))
