"""The console's third tab: retrain the intent model, compare versions, promote and roll back."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError, PromotionRefusedError
from ui.console.review.present import verdict_html
from ui.console.training import actions
from ui.console.training.report import model_report_html, report_missing_html
from ui.console.widgets import html as present
from ui.console.widgets.tables import warn
from ui.services import MODES, Services
from ui.training_monitor import Retraining, TrainingStatus
from ui.wording.problems import worded
from ui.wording.words import Words

# Without the queue: its answers come by event streams, and where these open and close several times a second one was
# lost now and then, after which the page waited for ever.
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
_COLUMNS = ("col_version", "col_status", "col_created", "col_metrics")
_POLL_SECONDS = 0.5

_TOAST_SECONDS = 5

Update = tuple[Any, ...]


def training_tab(page: gr.Blocks, tab: gr.Tab, services: Services, retraining: Retraining, say: Words) -> None:
    """Build the tab inside the current `gr.Tab`."""
    handlers = _Handlers(services, retraining, say)
    with gr.Column(elem_classes="card"):
        gr.Markdown(f"### {say('tab_training')}\n{say('retrain_hint')}")
        with gr.Row(elem_classes="line bottom"):
            mode = gr.Radio(
                [(say.named("mode", name), name) for name in MODES], value=MODES[0], label=say("mode"), elem_id="mode"
            )
            start = gr.Button(say("retrain"), elem_id="retrain", variant="primary", scale=0, min_width=290)
            stop = gr.Button(say("cancel_training"), elem_id="cancel-training", scale=0, min_width=160, visible=False)
        progress = gr.HTML(elem_id="training-progress", visible=False, padding=False)
        result = gr.HTML(elem_id="training-result", visible=False, padding=False)
    with gr.Column(elem_classes="card"):
        heading = gr.Markdown(f"### {say('versions_heading')}", elem_id="versions-heading")
        table = gr.Dataframe(
            headers=[say(key) for key in _COLUMNS],
            datatype="str",
            column_count=len(_COLUMNS),
            column_widths=["240px", "110px", "160px", "560px"],
            interactive=False,
            wrap=True,
            show_label=False,
            label=say("versions_heading"),
            elem_id="versions",
            max_height=320,
            visible=False,
            buttons=[],
        )
        with gr.Row(visible=False, elem_classes="line bottom") as controls:
            version = gr.Dropdown([], label=say("version"), elem_id="version", scale=2)
            promote = gr.Button(say("promote"), elem_id="promote", scale=0, min_width=140)
            rollback = gr.Button(say("rollback"), elem_id="rollback", scale=0, min_width=290)
            compare = gr.Button(say("compare"), elem_id="compare", scale=0, min_width=240)
        override = gr.Textbox(
            label=say("override_reason"), elem_id="override", max_lines=1, max_length=300, visible=False
        )
        compared = gr.HTML(elem_id="compared", padding=False, visible=False)
        with gr.Row(visible=False, elem_classes="line bottom") as reading:
            about = gr.Dropdown([], label=say("report_version"), elem_id="report-version", scale=2)
            show = gr.Button(say("show_report"), elem_id="show-report", scale=0, min_width=140)
    with gr.Column(visible=False, elem_classes="card") as paper:
        report = gr.HTML(handlers.no_report(), elem_id="model-report", padding=False)
    timer = gr.Timer(_POLL_SECONDS, active=False)

    run = [start, stop, progress, result, timer]
    listed = [heading, table, controls, version, rollback, reading, about, paper]
    # Only a tick ends the ticking, as the report of a run that has ended is shown after one.
    tab.select(handlers.status_now, None, run, **_PRIVATE)
    tab.select(handlers.versions, None, listed, **_PRIVATE)
    loaded = page.load(handlers.status_now, None, run, **_PRIVATE).then(handlers.versions, None, listed, **_PRIVATE)
    start.click(handlers.start, mode, run, **_PRIVATE)
    # The versions are read again with every tick: a run that ends between two ticks must show its version.
    ticked = timer.tick(handlers.status, None, run, **_PRIVATE).then(handlers.versions, None, listed, **_PRIVATE)
    for known in (ticked, loaded):
        known.then(handlers.latest_report, None, [about, report], **_PRIVATE)
    show.click(handlers.report, about, report, **_PRIVATE)
    compare.click(handlers.compare, version, compared, **_PRIVATE)
    stop.click(handlers.stop, None, None, **_PRIVATE)
    promoted = promote.click(handlers.promote, [version, override], override, **_PRIVATE)
    promoted.then(handlers.versions, None, listed, **_PRIVATE)
    rollback.click(handlers.rollback, None, None, **_PRIVATE).then(handlers.versions, None, listed, **_PRIVATE)


class _Handlers:
    """What the events call."""

    def __init__(self, services: Services, retraining: Retraining, say: Words) -> None:
        self._services = services
        self._retraining = retraining
        self._say = say

    def start(self, mode: str) -> Update:
        if not self._retraining.start(mode):
            gr.Info(self._say("already_running"), title="", duration=_TOAST_SECONDS)
        return self.status()

    def status(self) -> Update:
        """Both buttons, progress, result and the timer, which ticks only while a training runs."""
        now = self._retraining.status()
        return *self._shown(now), gr.Timer(active=now.running)

    def status_now(self) -> Update:
        """The same for a page that has just been opened: it starts the ticking, and never stops it."""
        now = self._retraining.status()
        return *self._shown(now), gr.Timer(active=True) if now.running else gr.skip()

    def _shown(self, now: TrainingStatus) -> Update:
        return (
            gr.Button(interactive=not now.running),
            gr.Button(visible=now.running),
            gr.HTML(present.progress_html(now, self._say), visible=now.running),
            gr.HTML(present.result_html(now, self._say), visible=not now.running and now.number > 0),
        )

    def versions(self) -> Update:
        """Heading, table, controls, the choice to promote, rollback, the choice of a report and its place."""
        records, live = actions.versions(self._services)
        heading = f"### {self._say('versions_heading')}"
        if not records:
            heading += "\n" + self._say("versions_empty", button=self._say("retrain"))
        others = [record.version for record in records if record.version != live]
        return (
            heading,
            gr.Dataframe(value=present.version_rows(records, live, self._say), visible=bool(records)),
            gr.Row(visible=len(records) > 1),
            gr.Dropdown(choices=others, value=others[0] if others else None),
            gr.Button(interactive=len(records) > 1),
            gr.Row(visible=bool(records)),
            gr.Dropdown(choices=[record.version for record in records]),
            gr.Column(visible=bool(records)),
        )

    def no_report(self) -> str:
        """What stands in the place of the report before one is chosen."""
        return f'<p class="hint">{self._say("report_empty", button=self._say("show_report"))}</p>'

    def report(self, version: str | None) -> str:
        """The report of the chosen version, or why there is none."""
        try:
            found = actions.report_of(self._services, version, self._say)
        except ChatbotError as error:
            return report_missing_html(worded(error.problem, self._say))
        return model_report_html(version or "", found, self._say)

    def latest_report(self) -> Update:
        """The choice of a report, at the latest version, and the report itself if the latest training made it.

        Choices and value go together: updates of one component that overtake each other must not undo one another.
        """
        now = self._retraining.status()
        if now.running:
            return gr.skip(), gr.skip()
        versions = [record.version for record in actions.versions(self._services)[0]]
        if now.summary is None:
            return gr.Dropdown(choices=versions, value=next(iter(versions), None)), gr.skip()
        version = now.summary.version
        return gr.Dropdown(choices=versions, value=version), self.report(version)

    def stop(self) -> None:
        if self._services.training.cancel():
            gr.Info(self._say("cancelling"), title="", duration=_TOAST_SECONDS)

    def promote(self, version: str | None, override: str) -> gr.Textbox:
        """The place for a reason to override, which shows once the gate has refused."""
        try:
            actions.promote(self._services, version, self._say, override)
        except PromotionRefusedError as error:
            warn(error, self._say, seconds=None)
            return gr.Textbox(visible=True)
        except ChatbotError as error:
            warn(error, self._say)
            return gr.Textbox(visible=False)
        gr.Success(self._say("promoted", version=present.escaped(version)), title="", duration=_TOAST_SECONDS)
        return gr.Textbox(value="", visible=False)

    def compare(self, version: str | None) -> gr.HTML:
        """What the gate says of the chosen version, and every recent message that would change."""
        try:
            verdict = actions.compare(self._services, version, self._say)
        except ChatbotError as error:
            warn(error, self._say)
            return gr.HTML(visible=False)
        return gr.HTML(verdict_html(verdict, self._say), visible=True)

    def rollback(self) -> None:
        try:
            version = actions.rollback(self._services)
        except ChatbotError as error:
            warn(error, self._say)
            return
        gr.Success(self._say("rolled_back", version=present.escaped(version)), title="", duration=_TOAST_SECONDS)
