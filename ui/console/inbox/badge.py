"""The sign above the console's tabs that says how many customers wait for words of the team.

It stands outside the tabs: what is inside one that was never opened, a timer above all, does not live yet.
"""

from __future__ import annotations

import gradio as gr

_LOOK_SECONDS = 4.0


class WaitingBadge:
    """The button that leads to the list, the number on it, that as a sentence, and the timer that looks again."""

    def __init__(self) -> None:
        """Build the components where this is made."""
        self.button = gr.Button(elem_id="waiting-badge", variant="primary", size="sm", visible=False)
        self.number = gr.Number(0, visible=False, precision=0)
        self.sentence = gr.Textbox(visible=False)
        self.timer = gr.Timer(_LOOK_SECONDS)

    def leads_to(self, tabs: gr.Tabs, tab: str) -> None:
        """Open that tab on a click."""
        self.button.click(lambda: gr.Tabs(selected=tab), None, tabs, queue=False, api_visibility="private")
