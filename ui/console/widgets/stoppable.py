"""Imports on their way, with a bar and a button that stops them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from chatbot.knowledge.faq_files import cancelled
from chatbot.types import Progress
from ui.console.widgets.tables import TOAST_SECONDS
from ui.wording.words import Words

STORED = ("index", "done")
"""Steps behind the moment at which an import is stored."""


class Stoppable:
    """At most one import a page, by the id of its session. Once it is being `indexed` it is stored and goes on."""

    def __init__(self, say: Words) -> None:
        self._say = say
        self._stops: dict[str, threading.Event] = {}
        self._stored: set[str] = set()

    def begin(self, request: gr.Request) -> gr.Button:
        """Show the button that stops: from then on it counts, also before the import itself has begun."""
        self._stops[str(request.session_hash)] = threading.Event()
        return gr.Button(visible=True)

    @contextmanager
    def watch(self, request: gr.Request, progress: gr.Progress) -> Iterator[Progress]:
        """What is told the steps of an import: it moves the bar, and raises CancelledError once `stop` was called."""
        session = str(request.session_hash)
        stop = self._stops.setdefault(session, threading.Event())

        show = named_steps(progress, self._say)

        def report(step: str, share: float) -> None:
            if stop.is_set() and step not in STORED:
                raise cancelled()
            if step in STORED:
                self._stored.add(session)
            show(step, share)

        try:
            yield report
        finally:
            self._stops.pop(session, None)
            self._stored.discard(session)

    def stop(self, request: gr.Request) -> None:
        """End the import of this page at its next step, or say that it is too late."""
        session = str(request.session_hash)
        stop = self._stops.get(session)
        if stop is not None:
            stop.set()
        if session in self._stored:
            gr.Info(self._say("cancelled_late"), title="", duration=TOAST_SECONDS)


def named_steps(progress: gr.Progress, say: Words) -> Progress:
    """Moves the bar of the page; a step without a name in the page's language is shown as it is."""

    def show(step: str, share: float) -> None:
        progress(share, desc=say.named("step", step))

    return show
