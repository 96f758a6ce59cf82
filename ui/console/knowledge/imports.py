"""The console's card for FAQ files: look, map columns, import with progress, mend, undo."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import gradio as gr

from chatbot.domain import Duplicates
from chatbot.errors import ChatbotError
from chatbot.knowledge.faq_files import COLUMN_NAMES, REQUIRED, Imported
from ui.console.knowledge import actions
from ui.console.knowledge import present as knowledge_present
from ui.console.knowledge.change_preview import ReplayTable, replay_update
from ui.console.knowledge.import_log import ImportLog, Taken
from ui.console.widgets import html as present
from ui.console.widgets.column_choice import column_card, header_choices, no_columns
from ui.console.widgets.stoppable import Stoppable, named_steps
from ui.console.widgets.tables import PRIVATE, table, tell, warn
from ui.services import Services
from ui.wording.words import Words

_PREVIEW_WIDTHS = ["290px", "350px", "90px", "140px", "100px", "110px"]
_PROBLEM_WIDTHS = ["70px", "150px", "500px"]
_PREVIEW = ("question", "answer", "variants", "intent", "lang", "tags")
Update = tuple[Any, ...]


def import_card(page: gr.Blocks, services: Services, say: Words) -> tuple[Any, Any]:
    """Build the card; returns the events after which the list of entries is to be read again."""
    handlers = _Handlers(services, say)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('import_heading')}\n{say('import_hint')}")
        file = gr.File(
            elem_id="faq-file",
            label=say("csv_file"),
            file_types=[".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".zip"],
            type="filepath",
            height=120,
        )
        columns, hint, mapping = column_card(COLUMN_NAMES, "map-", "import-columns", say)
        with gr.Row():
            duplicates = gr.Radio(
                [(say(f"duplicates_{way.value}"), way.value) for way in Duplicates],
                value=Duplicates.UPDATE.value,
                label=say("duplicates"),
                elem_id="import-duplicates",
            )
            strict = gr.Checkbox(label=say("all_or_nothing"), elem_id="import-strict", container=True)
        report = gr.HTML(elem_id="import-report", visible=False, padding=False)
        headers = [say(f"col_{name}") for name in _PREVIEW]
        preview = table(headers, _PREVIEW_WIDTHS, "import-preview", say("preview"), visible=False)
        shown = [say("col_row"), say("col_column"), say("col_reason")]
        problems = table(shown, _PROBLEM_WIDTHS, "import-problems", say("problems"), visible=False)
        with gr.Row():
            run = gr.Button(
                say("import"), elem_id="import", variant="primary", interactive=False, scale=0, min_width=160
            )
            stop = gr.Button(say("cancel"), elem_id="import-cancel", visible=False, scale=0, min_width=120)
            asked = gr.Button(say("replay"), elem_id="import-replay", interactive=False, scale=0, min_width=260)
            rejects = gr.DownloadButton(say("rejects"), elem_id="rejects", visible=False, scale=0, min_width=280)
        bar = gr.HTML(elem_id="import-progress", padding=False)
        replayed = ReplayTable(say, "import")
        log = ImportLog(
            say,
            "",
            lambda: actions.imports(services),
            handlers.undo,
            rejects=lambda: actions.kept_rejects(services),
            overwrite=say("undo_overwrite"),
        )

    chosen = [*mapping, duplicates, strict]
    reviewed = [report, preview, problems, run, rejects, asked]
    page.load(log.read, None, log.listed, **PRIVATE)
    page.load(handlers.interrupted, None, log.report, **PRIVATE)
    file.upload(handlers.look, file, [columns, hint, *mapping], **PRIVATE).then(
        handlers.preview, [file, *chosen], reviewed, show_progress_on=[report], **PRIVATE
    )
    gr.on(
        [choice.input for choice in chosen],
        handlers.preview,
        [file, *chosen],
        reviewed,
        trigger_mode="always_last",
        show_progress_on=[report],
        **PRIVATE,
    )
    file.clear(handlers.nothing, None, [columns, *reviewed], **PRIVATE)
    shown_stop = run.click(handlers.running.begin, None, stop, show_progress="hidden", **PRIVATE)
    done = shown_stop.then(
        handlers.run_import, [file, *chosen], [*reviewed, file, columns, stop], show_progress_on=[bar], **PRIVATE
    )
    shown_replay = [replayed.line, replayed.table]
    asked.click(handlers.replay, [file, *chosen], shown_replay, show_progress_on=[replayed.line], **PRIVATE)
    done.then(lambda: (gr.Markdown(visible=False), gr.Dataframe(visible=False)), None, shown_replay, **PRIVATE)
    stop.click(handlers.running.stop, None, None, show_progress="hidden", **PRIVATE)
    done.then(log.read, None, log.listed, show_progress="hidden", **PRIVATE)
    return done, log.undone


class _Handlers:
    """What the events call."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say
        self.running = Stoppable(say)
        self._previews = tempfile.TemporaryDirectory(prefix="rejects-")  # goes with the process

    def look(self, path: str | None) -> Update:
        """Header names for the drop-downs, with what was recognised filled in."""
        say = self._say
        try:
            options = actions.options_of(self._services, [None] * len(COLUMN_NAMES), "update", False)
            found = actions.look_at(self._services, path, options, say)
        except ChatbotError:
            return gr.Accordion(visible=False), gr.skip(), *no_columns(COLUMN_NAMES)
        missing = [name for name in REQUIRED if name not in found.found]
        names = ", ".join(say(f"col_{name}") for name in missing)
        hint = say("columns_missing", names=names) if missing else say("columns_hint")
        return (
            gr.Accordion(visible=True, open=bool(missing)),
            hint,
            *header_choices(found.header, found.found, COLUMN_NAMES, say),
        )

    def preview(
        self,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        path: str | None = None,
        *chosen: Any,
    ) -> Update:
        """What the file holds and what an import would do."""
        if not path:
            return self._cleared()
        *mapping, duplicates, strict = chosen
        try:
            options = actions.options_of(self._services, mapping, duplicates, False, dry_run=True)
            found = actions.look_at(self._services, path, options, self._say)
            if any(name not in found.found for name in REQUIRED):
                return self._cleared()  # the drop-downs above say what is missing
            watch = named_steps(progress, self._say)
            tried = actions.run_import(self._services, path, options, self._say, watch)
        except ChatbotError as error:
            warn(error, self._say)
            return self._cleared()
        report = tried.report
        useful = report.inserted + report.updated > 0 and not (strict and report.failed + report.skipped)
        heading = self._say("preview_done")
        if not report.inserted + report.updated and not report.failed:
            heading = self._say("nothing_to_import")
        return (
            gr.HTML(present.report_html(report, heading, self._say), visible=True),
            gr.Dataframe(value=present.entry_rows(found.entries), visible=bool(found.entries)),
            self._problems(tried),
            gr.Button(interactive=useful),
            self._rejects(tried),
            gr.Button(interactive=bool(report.inserted + report.updated)),
        )

    def nothing(self) -> Update:
        return gr.Accordion(visible=False), *self._cleared()

    def run_import(
        self,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        path: str | None = None,
        *chosen: Any,
    ) -> Update:
        """Import, with a bar; what the page shows of the file goes away when it is done."""
        *mapping, duplicates, strict = chosen
        try:
            options = actions.options_of(self._services, mapping, duplicates, bool(strict))
            with self.running.watch(request, progress) as watch:
                done = actions.run_import(self._services, path, options, self._say, watch)
        except ChatbotError as error:
            warn(error, self._say)
            return *(gr.skip() for _ in range(8)), gr.Button(visible=False)
        report = done.report
        tell(self._say("imported", count=report.inserted + report.updated))
        return (
            gr.HTML(present.report_html(report, self._say("import_done"), self._say), visible=True),
            gr.Dataframe(visible=False),
            self._problems(done),
            gr.Button(interactive=False),
            self._rejects(done),
            gr.Button(interactive=False),
            None,
            gr.Accordion(visible=False),
            gr.Button(visible=False),
        )

    def replay(
        self,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  gradio looks for it here
        path: str | None = None,
        *chosen: Any,
    ) -> Update:
        """Which logged questions would get another answer after the import."""
        *mapping, duplicates, _ = chosen
        try:
            options = actions.options_of(self._services, mapping, duplicates, False)
            watch = named_steps(progress, self._say)
            found = actions.replay_import(self._services, path, options, self._say, watch)
        except ChatbotError as error:
            warn(error, self._say)
            return gr.skip(), gr.skip()
        return replay_update(found, self._say)

    def interrupted(self) -> Any:
        shown = knowledge_present.interrupted_html(self._services.knowledge.store.interrupted_imports(), self._say)
        return gr.HTML(shown, visible=bool(shown))

    def undo(self, import_id: str | None, overwrite: bool) -> Taken:
        """Take an import back. Raises NotFoundError, StorageError."""
        done = actions.undo(self._services, import_id, overwrite, self._say)
        return Taken(self._say("undone", count=done.put_back), knowledge_present.undo_html(done, self._say))

    def _problems(self, done: Imported) -> Any:
        rows = present.problem_rows(done.report, self._say)
        return gr.Dataframe(value=rows[:500], visible=bool(rows))

    def _rejects(self, done: Imported) -> Any:
        """The rejected rows as a file to download, in a folder that gradio may serve."""
        if not done.rejects:
            return gr.DownloadButton(visible=False)
        folder = Path(tempfile.mkdtemp(dir=self._previews.name))
        file = folder / f"{Path(done.report.file).stem}.rejects.csv"
        file.write_bytes(done.rejects)
        return gr.DownloadButton(value=str(file), visible=True)

    def _cleared(self) -> Update:
        hidden = gr.Dataframe(visible=False)
        off = gr.Button(interactive=False)
        return gr.HTML(visible=False), hidden, hidden, off, gr.DownloadButton(visible=False), off
