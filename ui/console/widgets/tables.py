"""Tables, boxes in a line and messages of the console's tabs."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from ui.console.widgets import html as present
from ui.wording.problems import worded
from ui.wording.words import Words

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
TOAST_SECONDS = 5
WARNING_SECONDS = 12


def table(headers: list[str], widths: list[str], elem_id: str, label: str, *, visible: bool) -> gr.Dataframe:
    """A table to read; choosing a cell raises its `select` event."""
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


def box(label: str, elem_id: str, *, hint: str) -> gr.Textbox:
    """A box to type into that fills its line; it shows the hint instead of a label."""
    return gr.Textbox(label=label, placeholder=hint, show_label=False, container=False, elem_id=elem_id, scale=4)


def warn(error: ChatbotError, say: Words, seconds: int | None = WARNING_SECONDS) -> None:
    """Show what is wrong, None seconds: until it is closed."""
    gr.Warning(present.escaped(worded(error.problem, say)), title="", duration=seconds)


def tell(sentence: str) -> None:
    """Say that something was done."""
    gr.Success(sentence, title="", duration=TOAST_SECONDS)
