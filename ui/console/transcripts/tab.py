"""The console's tab of past conversations: look, map columns and roles, import with progress, undo; and its drafts."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from chatbot.knowledge.transcript_files import MAPPED, Transcripts
from ui.console.knowledge.import_log import ImportLog, Taken
from ui.console.transcripts import actions, present
from ui.console.transcripts.drafts import drafts_card
from ui.console.widgets import html as console_present
from ui.console.widgets.column_choice import column_card, header_choices, no_columns
from ui.console.widgets.stoppable import Stoppable, named_steps
from ui.console.widgets.tables import PRIVATE, table, tell, warn
from ui.services import Services
from ui.wording.words import Words

_TYPES = [".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".zip"]
_ZONES = ["UTC", "Asia/Shanghai", "Asia/Singapore", "Europe/London", "Europe/Berlin", "America/New_York"]
_LIST_NAMES = ("past_customers", "past_agents", "past_bots", "past_skipped")
_SPEAKER_WIDTHS = ["220px", "140px", "90px", "400px"]
_TURN_WIDTHS = ["140px", "600px"]
_PROBLEM_WIDTHS = ["70px", "150px", "500px"]
_NEEDED = ("speaker", "text")
_SHOWN = 10
"""Components that show what a file holds."""

Update = tuple[Any, ...]


def past_tab(page: gr.Blocks, tab: gr.Tab, services: Services, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    _import_card(page, tab, services, say)
    drafts_card(page, tab, services, say)


def _import_card(page: gr.Blocks, tab: gr.Tab, services: Services, say: Words) -> None:
    handlers = _ImportHandlers(services, say)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('past_heading')}\n{say('past_hint')}")
        file = gr.File(elem_id="past-file", label=say("past_file"), file_types=_TYPES, type="filepath", height=120)
        columns, hint, mapping = column_card(MAPPED, "past-map-", "past-columns", say)
        zone = gr.Dropdown(
            _ZONES,
            value="UTC",
            label=say("past_zone"),
            allow_custom_value=True,
            elem_id="past-zone",
            elem_classes="fields",
        )
        report = gr.HTML(elem_id="past-report", visible=False, padding=False)
        names = [say(key) for key in ("col_speaker", "col_role", "col_lines", "col_example")]
        speakers = table(names, _SPEAKER_WIDTHS, "past-speakers", say("past_roles"), visible=False)
        with gr.Column(visible=False) as roles:
            gr.Markdown(say("past_roles"))
            lists = [
                gr.Dropdown([], multiselect=True, label=say(name), elem_id=_id(name), elem_classes="fields")
                for name in _LIST_NAMES
            ]
            again = gr.Button(say("past_check"), elem_id="past-check", scale=0, min_width=160)
        names = [say("col_role"), say("col_message")]
        turns = table(names, _TURN_WIDTHS, "past-turns", say("past_preview"), visible=False)
        names = [say(key) for key in ("col_row", "col_column", "col_reason")]
        problems = table(names, _PROBLEM_WIDTHS, "past-problems", say("problems"), visible=False)
        with gr.Row():
            run = gr.Button(
                say("past_import"), elem_id="past-import", variant="primary", interactive=False, scale=0, min_width=160
            )
            stop = gr.Button(say("cancel"), elem_id="past-cancel", visible=False, scale=0, min_width=120)
        bar = gr.HTML(elem_id="past-progress", padding=False)
        log = ImportLog(say, "past-", services.transcripts.imports, handlers.undo)
    shown = [report, speakers, roles, *lists, turns, problems, run]
    chosen = [zone, *mapping]
    quiet: dict[str, Any] = {"show_progress": "hidden", **PRIVATE}
    for loaded in (page.load, tab.select):
        loaded(log.read, None, log.listed, **quiet)
    file.upload(handlers.look, file, [columns, hint, *mapping], **PRIVATE).then(
        handlers.first, [file, *chosen], shown, show_progress_on=[report], **PRIVATE
    )
    gr.on(
        [column.input for column in mapping],
        handlers.first,
        [file, *chosen],
        shown,
        trigger_mode="always_last",
        show_progress_on=[report],
        **PRIVATE,
    )
    again.click(handlers.again, [file, *chosen, *lists], shown, show_progress_on=[report], **PRIVATE)
    file.clear(handlers.cleared, None, [columns, *shown], **PRIVATE)
    done = run.click(handlers.running.begin, None, stop, **quiet).then(
        handlers.run_import, [file, *chosen, *lists], [*shown, file, columns, stop], show_progress_on=[bar], **PRIVATE
    )
    stop.click(handlers.running.stop, None, None, **quiet)
    done.then(log.read, None, log.listed, **quiet)


class _ImportHandlers:
    """What the events of the import call."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say
        self.running = Stoppable(say)

    def look(self, path: str | None) -> Update:
        """Header names for the drop-downs, with what was recognised filled in; logs and JSON have no columns."""
        say = self._say
        try:
            found = actions.look_at(self._services, path, actions.options_of(self._services, "", (), ()))
        except ChatbotError:
            found = None  # the preview says what is wrong
        if found is None:
            return gr.Accordion(visible=False), gr.skip(), *no_columns(MAPPED)
        unknown = [say(f"col_{name}") for name in _NEEDED if name not in found.found]
        missing = "text" not in found.found
        hint = say("past_columns_missing", names=", ".join(unknown)) if missing else say("columns_hint")
        return (
            gr.Accordion(visible=True, open=missing),
            hint,
            *header_choices(found.header, found.found, MAPPED, say),
        )

    def first(
        self,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        path: str | None = None,
        zone: str = "",
        *mapping: str | None,
    ) -> Update:
        """What the file holds, and what an import would do."""
        if not path or mapping[MAPPED.index("text")] == "":
            return self.nothing()  # the drop-downs above say what is missing
        return self._read(progress, path, zone, mapping, ()) or self.nothing()

    def again(
        self,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        path: str | None = None,
        zone: str = "",
        *chosen: Any,
    ) -> Update:
        """The same with roles by choice; after a mistake all stays as it is."""
        mapping, lists = chosen[: len(MAPPED)], chosen[len(MAPPED) :]
        return self._read(progress, path, zone, mapping, lists) or tuple(gr.skip() for _ in range(_SHOWN))

    def _read(self, progress: gr.Progress, path: str | None, zone: str, mapping: Any, lists: Any) -> Update | None:
        try:
            options = actions.options_of(self._services, zone, mapping, lists)
            watch = named_steps(progress, self._say)
            found = actions.read_file(self._services, path, options, self._say, dry_run=True, watch=watch)
        except ChatbotError as error:
            warn(error, self._say)
            return None
        return self._preview_update(found, self._say("past_would"), importable=found.report.inserted > 0)

    def run_import(
        self,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        path: str | None = None,
        zone: str = "",
        *chosen: Any,
    ) -> Update:
        """Import, with a bar; once it is done, the file goes away."""
        mapping, lists = chosen[: len(MAPPED)], chosen[len(MAPPED) :]
        try:
            options = actions.options_of(self._services, zone, mapping, lists)
            with self.running.watch(request, progress) as watch:
                found = actions.read_file(self._services, path, options, self._say, dry_run=False, watch=watch)
        except ChatbotError as error:
            warn(error, self._say)
            return *(gr.skip() for _ in range(_SHOWN + 2)), gr.Button(visible=False)
        tell(self._say("past_done"))
        shown = self._preview_update(found, self._say("past_done"), importable=False)
        return *shown, None, gr.Accordion(visible=False), gr.Button(visible=False)

    def undo(self, import_id: str | None, overwrite: bool) -> Taken:
        """Take an import back. Raises NotFoundError, StorageError."""
        done = actions.undo(self._services, import_id, self._say)
        counts = {"messages": f"{done.messages:,}", "conversations": f"{done.conversations:,}"}
        return Taken(self._say("past_undone", **counts), present.undo_html(done, self._say))

    def cleared(self) -> Update:
        """The page without a file."""
        return gr.Accordion(visible=False), *self.nothing()

    def nothing(self) -> Update:
        """Nothing is shown of a file."""
        hidden = gr.Dataframe(visible=False)
        lists = [gr.Dropdown(choices=[], value=[]) for _ in _LIST_NAMES]
        off = gr.Button(interactive=False)
        return gr.HTML(visible=False), hidden, gr.Column(visible=False), *lists, hidden, hidden, off

    def _preview_update(self, found: Transcripts, heading: str, *, importable: bool) -> Update:
        names, chosen = actions.names_by_role(found.speakers)
        unknown = sum(one.turns for one in found.speakers if not one.role)
        html = console_present.report_html(found.report, heading, self._say)
        if unknown:
            html += f'<p class="hint">{self._say("past_unknown", count=unknown)}</p>'
        rows = present.speaker_rows(found.speakers[: actions.SPEAKERS_SHOWN], self._say)
        turns = present.turn_rows(found.turns, self._say)
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


def _id(name: str) -> str:
    return name.replace("_", "-")
