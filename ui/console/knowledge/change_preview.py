"""What would change for customers, side by side, and what is wrong in the knowledge base."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from chatbot.knowledge.change_preview import Replay
from ui.console.knowledge import present
from ui.console.widgets.stoppable import named_steps
from ui.console.widgets.tables import PRIVATE, table, warn
from ui.services import Services
from ui.wording.words import Words

_REPLAY_WIDTHS = ["260px", "400px", "400px"]
_FINDING_WIDTHS = ["120px", "360px", "360px", "240px"]


class ReplayTable:
    """A line and a table, hidden until there is something to say."""

    def __init__(self, say: Words, prefix: str) -> None:
        self.line = gr.Markdown(elem_id=f"{prefix}-replay-line", visible=False)
        headers = [say("col_asked"), say("col_now"), say("col_then")]
        self.table = table(headers, _REPLAY_WIDTHS, f"{prefix}-replay-table", say("replay"), visible=False)


def replay_update(done: Replay, say: Words) -> tuple[Any, Any]:
    """What the line and the table of a replay show."""
    rows = present.replay_rows(done, say)
    line = present.replay_line(done, say)
    return gr.Markdown(line, visible=True), gr.Dataframe(value=rows, visible=bool(rows))


def check_card(services: Services, say: Words) -> None:
    """The card that looks for problems when asked to."""
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('lint_heading')}\n{say('lint_hint')}")
        run = gr.Button(say("lint"), elem_id="lint", scale=0, min_width=200)
        line = gr.Markdown(elem_id="lint-line", visible=False)
        headers = [say(key) for key in ("col_kind", "col_first", "col_second", "col_why")]
        shown = table(headers, _FINDING_WIDTHS, "lint-table", say("lint_heading"), visible=False)

    def check(progress: gr.Progress = gr.Progress()) -> tuple[Any, Any]:  # noqa: B008  gradio looks for it here
        try:
            found = services.knowledge.consistency(named_steps(progress, say))
        except ChatbotError as error:
            warn(error, say)
            return gr.skip(), gr.skip()
        rows = present.finding_rows(found, say)
        text = f"{len(found):,}" if found else say("lint_none")
        return gr.Markdown(text, visible=True), gr.Dataframe(value=rows, visible=bool(rows))

    run.click(check, None, [line, shown], show_progress_on=[line], **PRIVATE)
