"""The list of imports below an import card: what became of each, its rejected rows, taking one back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from chatbot.domain import ImportRecord
from chatbot.errors import ChatbotError
from ui.console.knowledge import present
from ui.console.knowledge.actions import undoable
from ui.console.widgets.tables import PRIVATE, table, tell, warn
from ui.wording.words import Words

_WIDTHS = ["60px", "150px", "280px", "130px", "260px", "100px"]
Update = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an undo did: a sentence for everybody, and HTML about what it left alone."""

    sentence: str
    html: str = ""


class ImportLog:
    """The list, built where it is made. `name` begins the ids of its elements; `undone` is the event of an undo.

    `imports` are the newest first, `undo(id, overwrite)` takes one back, `rejects` are the ids of those whose rejected
    rows are kept, with their addresses.
    """

    def __init__(
        self,
        say: Words,
        name: str,
        imports: Callable[[], Sequence[ImportRecord]],
        undo: Callable[[str | None, bool], Taken],
        *,
        rejects: Callable[[], dict[str, str]] = dict,
        overwrite: str = "",
    ) -> None:
        self._say = say
        self._imports = imports
        self._undo = undo
        self._rejects = rejects
        with gr.Accordion(say("imports_heading"), open=False, elem_id=f"{name}imports-log"):
            names = [say(key) for key in ("col_id", "col_at", "col_file", "encoding", "col_counts", "col_state")]
            log = table(names, _WIDTHS, f"{name}imports", say("imports_heading"), visible=True)
            kept = gr.HTML(elem_id=f"{name}imports-rejects", visible=False, padding=False)
            forced = gr.Checkbox(label=overwrite, elem_id=f"{name}undo-overwrite", visible=bool(overwrite))
        with gr.Row(elem_classes="fields"):
            which = gr.Dropdown(
                [], label=say("import_to_undo"), elem_id=f"{name}undo-which", interactive=True, scale=0, min_width=380
            )
            button = gr.Button(say("undo"), elem_id=f"{name}undo", interactive=False, scale=0, min_width=200)
        report = gr.HTML(elem_id=f"{name}undo-report", visible=False, padding=False)
        self.report = report
        self.listed = [log, kept, which, button]
        self.undone = button.click(self._take_back, [which, forced], report, show_progress_on=[button], **PRIVATE)
        self.undone.then(self.read, None, self.listed, show_progress="hidden", **PRIVATE)

    def read(self) -> Update:
        """Values of `listed`."""
        found = self._imports()
        rows = present.import_rows(found, self._say)
        left = undoable(found)
        choices = [(f"{i.id} · {i.file} · {i.created_at:%Y-%m-%d %H:%M}", i.id) for i in left]
        kept = present.rejects_html(found, self._rejects(), self._say)
        return (
            gr.Dataframe(value=rows, visible=bool(rows)),
            gr.HTML(kept, visible=bool(kept)),
            gr.Dropdown(choices=choices, value=left[0].id if left else None),
            gr.Button(interactive=bool(left)),
        )

    def _take_back(self, import_id: str | None, overwrite: bool) -> Any:
        try:
            done = self._undo(import_id, overwrite)
        except ChatbotError as error:
            warn(error, self._say)
            return gr.skip()
        tell(done.sentence)
        return gr.HTML(done.html, visible=bool(done.html))
