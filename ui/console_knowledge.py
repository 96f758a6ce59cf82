"""The console's first tab: import, undo, export and read the knowledge base.

Knows: gradio, console actions. Does not know: file formats, stores.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from ui import console_actions as actions
from ui import console_present as present
from ui.catalogue import CatalogueReader
from ui.header import EXPORT
from ui.services import Services
from ui.wording import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private"}
_ENTRY_WIDTHS = ["290px", "350px", "90px", "140px", "100px", "110px"]
_PROBLEM_WIDTHS = ["70px", "150px", "500px"]

_TOAST_SECONDS = 5

Update = tuple[Any, ...]


def knowledge_tab(page: gr.Blocks, services: Services, catalogue: CatalogueReader, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    handlers = _Handlers(services, catalogue, say)
    columns = [say(key) for key in ("col_question", "col_answer", "col_variants", "col_intent", "col_lang", "col_tags")]
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('import_heading')}\n{say('import_hint')}")
        file = gr.File(elem_id="faq-file", label=say("csv_file"), file_types=[".csv"], type="filepath", height=120)
        report = gr.HTML(elem_id="import-report", visible=False, padding=False)
        preview = _table(columns, _ENTRY_WIDTHS, "import-preview", say("preview"), visible=False)
        problems = _table(
            [say("col_row"), say("col_column"), say("col_reason")],
            _PROBLEM_WIDTHS,
            "import-problems",
            say("problems"),
            visible=False,
        )
        with gr.Row():
            run = gr.Button(
                say("import"), elem_id="import", variant="primary", interactive=False, scale=0, min_width=160
            )
            undo = gr.Button(say("undo"), elem_id="undo", interactive=False, scale=0, min_width=260)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="line"):
            shown = gr.Markdown(f"### {say('entries')}", elem_id="entries-shown")
            export = f'<a class="button" href="{EXPORT}" download>{say("export")}</a>'
            gr.HTML(export, elem_id="export", elem_classes="right", padding=False)
        search = gr.Textbox(
            label=say("search"),
            placeholder=say("search_entries"),
            show_label=False,
            container=False,
            elem_id="entries-search",
        )
        entries = _table(columns, _ENTRY_WIDTHS, "entries", say("entries"), visible=True)

    listed = [shown, entries, undo]
    reviewed = [report, preview, problems, run]
    # One after another: a list that was asked for before a search must not arrive after its result.
    in_order = _PRIVATE | {"concurrency_id": "entries", "concurrency_limit": 1}
    page.load(handlers.entries, search, listed, **in_order)
    search.change(handlers.entries, search, listed, show_progress="hidden", trigger_mode="always_last", **in_order)
    file.upload(handlers.preview, file, reviewed, show_progress_on=[report], **_PRIVATE)
    file.clear(handlers.no_preview, None, reviewed, **_PRIVATE)
    run.click(handlers.run_import, file, [*reviewed, file], show_progress_on=[run], **_PRIVATE).then(
        handlers.entries, search, listed, show_progress="hidden", **in_order
    )
    undo.click(handlers.undo, None, None, show_progress_on=[undo], **_PRIVATE).then(
        handlers.entries, search, listed, show_progress="hidden", **in_order
    )


class _Handlers:
    """What the events call."""

    def __init__(self, services: Services, catalogue: CatalogueReader, say: Words) -> None:
        self._services = services
        self._catalogue = catalogue
        self._say = say

    def entries(self, search: str) -> Update:
        """Heading, table, undo button."""
        everything = self._catalogue.current().entries
        found = actions.find_entries(everything, search or "")
        rows = present.entry_rows(found[: actions.ENTRIES_SHOWN])
        if not everything:
            line = self._say("entries_empty")
        elif not found:
            line = self._say("entries_none")
        else:
            line = self._say("entries_shown", shown=f"{len(rows):,}", total=f"{len(everything):,}")
        heading = f"### {self._say('entries')}\n{line}"
        undoable = actions.last_import(self._services)
        undo = gr.Button(self._say("undo") + (f" ({undoable})" if undoable else ""), interactive=bool(undoable))
        return heading, gr.Dataframe(value=rows, visible=bool(rows)), undo

    def preview(self, path: str | None) -> Update:
        """What the file holds and what an import would do."""
        try:
            rows, report = actions.preview_faq(self._services, path, self._say)
        except ChatbotError as error:
            _warn(error)
            return self.no_preview()
        heading = self._say("preview_done")
        useful = report.inserted + report.updated > 0
        if not useful and not report.failed:
            heading = self._say("nothing_to_import")
        problems = present.problem_rows(report)
        return (
            gr.HTML(present.report_html(report, heading, self._say), visible=True),
            gr.Dataframe(value=present.entry_rows(rows), visible=bool(rows)),
            gr.Dataframe(value=problems, visible=bool(problems)),
            gr.Button(interactive=useful),
        )

    def no_preview(self) -> Update:
        hidden = gr.Dataframe(visible=False)
        return gr.HTML(visible=False), hidden, hidden, gr.Button(interactive=False)

    def run_import(self, path: str | None) -> Update:
        try:
            report = actions.import_faq(self._services, path, self._say)
        except ChatbotError as error:
            _warn(error)
            return (*(gr.skip() for _ in range(4)), gr.skip())
        gr.Success(self._say("imported", count=report.inserted + report.updated), title="", duration=_TOAST_SECONDS)
        problems = present.problem_rows(report)
        return (
            gr.HTML(present.report_html(report, self._say("import_done"), self._say), visible=True),
            gr.Dataframe(visible=False),
            gr.Dataframe(value=problems, visible=bool(problems)),
            gr.Button(interactive=False),
            None,
        )

    def undo(self) -> None:
        try:
            count = actions.undo_import(self._services, self._say)
        except ChatbotError as error:
            _warn(error)
            return
        gr.Success(self._say("undone", count=count), title="", duration=_TOAST_SECONDS)


def _table(headers: list[str], widths: list[str], elem_id: str, label: str, *, visible: bool) -> gr.Dataframe:
    return gr.Dataframe(
        headers=headers,
        datatype="str",
        column_widths=widths,
        column_count=len(headers),
        interactive=False,
        wrap=True,
        label=label,
        show_label=False,
        elem_id=elem_id,
        max_height=420,
        visible=visible,
        buttons=[],
    )


def _warn(error: ChatbotError) -> None:
    gr.Warning(present.escaped(error), title="", duration=_TOAST_SECONDS)
