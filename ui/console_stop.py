"""Imports on their way, with a bar and a button that stops them.

Knows: gradio's progress, threads. Does not know: what is imported.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gradio as gr

from chatbot.faq_files import cancelled
from ui.wording import Words

Watch = Callable[[str, float], None]


class Stoppable:
    """At most one import a page, by the id of its session. Once it is being `indexed` it is stored and goes on."""

    def __init__(self, say: Words) -> None:
        self._say = say
        self._stops: dict[str, threading.Event] = {}

    @contextmanager
    def watch(self, request: gr.Request, progress: gr.Progress) -> Iterator[Watch]:
        """What is told the steps of an import: it moves the bar, and raises CancelledError once `stop` was called."""
        session = str(request.session_hash)
        stop = self._stops[session] = threading.Event()

        show = named_steps(progress, self._say)

        def told(step: str, share: float) -> None:
            if stop.is_set() and step not in ("index", "done"):
                raise cancelled()
            show(step, share)

        try:
            yield told
        finally:
            self._stops.pop(session, None)

    def stop(self, request: gr.Request) -> None:
        """End the import of this page at its next step."""
        stop = self._stops.get(str(request.session_hash))
        if stop is not None:
            stop.set()


def named_steps(progress: gr.Progress, say: Words) -> Watch:
    """Moves the bar of the page with the steps of an import."""

    def told(step: str, share: float) -> None:
        progress(share, desc=say(f"step_{step}"))

    return told
