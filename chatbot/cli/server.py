"""`chatbot serve`: take the port, prepare, put the pages together, run."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

from chatbot.bootstrap.model_reports import model_folder, report_pictures, report_text
from chatbot.cli.terminal.output import indexing_bar, say
from chatbot.cli.terminal.session import prepare_sample_shop, quiet_libraries, stores
from chatbot.errors import ChatbotError, ConfigError, TrainingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chatbot.bootstrap.application import Application
    from chatbot.bootstrap.progress import Listeners
    from chatbot.domain import FaqEntry
    from chatbot.knowledge.change_preview import Replay
    from chatbot.knowledge.consistency import Finding
    from ui.services import Services

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
"""A change by another process, such as a promotion, answers customers after so long and the time of loading it."""


def run_server(*, host: str | None, port: int | None, lang: str | None, open_browser: bool) -> None:
    """Serve until interrupted.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    quiet_libraries()
    from chatbot.settings import load_settings

    settings = load_settings(host=host, port=port, lang=lang)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for own in ("chatbot", "training", "ui"):
        logging.getLogger(own).setLevel(settings.log_level.upper())
    listening = take_port(settings.host, settings.port)
    with stores(settings) as opened, listening:
        from chatbot.bootstrap.application import build_application
        from chatbot.bootstrap.progress import Listeners

        heard = Listeners(indexing_bar())
        running = build_application(opened, heard)
        prepare_sample_shop(running)
        running.live()
        from chatbot.bootstrap.handoff import begin_notices, begin_releases
        from training.jobs.schedule import begin_schedule

        begun = (begin_schedule(opened), begin_notices(opened), begin_releases(opened))
        running_beside = (running.live.follow(_LOOK_SECONDS), *begun)
        try:
            _serve(running, listening, heard, open_browser=open_browser)
        finally:
            for stop in running_beside:
                if stop is not None:
                    stop.set()


def take_port(host: str, port: int) -> socket.socket:
    """A listening socket: taken before anything slow, so that a port in use is said at once.

    Raises:
        ConfigError: the port is in use or the address is not this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                f"Port {port} on {host} is in use by another program. Choose another: chatbot serve --port {port + 1}"
            ) from error
        raise ConfigError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}. Set --host and --port."
        ) from error
    return listening


def _serve(running: Application, listening: socket.socket, heard: Listeners, *, open_browser: bool) -> None:
    import uvicorn

    from chatbot.api.reading import build_reading_router
    from chatbot.api.routes import build_router
    from chatbot.bootstrap.handoff import handoff_store
    from ui.app import build_app
    from ui.web.sessions import ensure_console_password

    password = ensure_console_password(running.stores.state)
    web = build_app(_services(running, heard))
    web.include_router(build_router(running.assistant, running.stores.conversations))
    web.include_router(build_reading_router(running.stores.conversations, handoff_store(running.stores)))
    host, port = listening.getsockname()[:2]
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104  # shown, not bound
    if password is not None:
        say(f"Team console: {address}console/   password (shown once, keep it): {password}")
    _go_on_with_training(running)
    say(f"Ready. Open {address}   Stop with Ctrl-C.")
    if open_browser and _has_screen():
        threading.Timer(1.0, webbrowser.open, [address]).start()
    threading.Thread(target=_warm, args=[running], daemon=True).start()
    config = uvicorn.Config(web, log_level="warning", timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])


def _go_on_with_training(running: Application) -> None:
    """A training that an earlier server's end interrupted goes on."""
    from training.jobs.process import resume_after_restart

    try:
        job = resume_after_restart(running.stores)
    except ChatbotError as error:
        _LOG.warning("the interrupted training is not resumed: %s", error)
        return
    if job is not None:
        say(f"Training job {job.id} was interrupted and goes on.")


def _has_screen() -> bool:
    """False on a Linux machine without a desktop, where a text browser would take over the terminal."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _warm(running: Application) -> None:
    """Load the generator beside serving, so that the first small talk does not wait for torch."""
    generator = running.live().generator
    if generator is None:
        return
    from chatbot.domain import Message, Role
    from chatbot.errors import GeneratorUnavailable, UngroundedReply

    try:
        for _ in generator.stream([Message(Role.CUSTOMER, "hello")], (), lang="en"):
            break
    except (UngroundedReply, GeneratorUnavailable):
        return
    except Exception:  # noqa: BLE001  # warming is a courtesy: the first reply meets and reports the same error
        _LOG.exception("the generator could not be loaded")


def _services(running: Application, heard: Listeners) -> Services:
    from chatbot.bootstrap.handoff import inbox
    from chatbot.bootstrap.learning_stores import learning_stores
    from chatbot.cli.past_services import past_conversations
    from chatbot.domain import JobStatus
    from chatbot.knowledge.change_preview import replay
    from chatbot.knowledge.consistency import check_entries
    from training.discovery.unanswered import unanswered_topics
    from training.jobs.process import follow, settle_interrupted, start_training
    from training.labelling.desk import ReviewDesk
    from training.promotion.comparison import gate, promote
    from ui.services import ModelReport, Services, TrainedSummary

    opened = running.stores
    jobs = learning_stores(opened).jobs
    desk = ReviewDesk(opened, running.base_encoder)

    def check(progress: Callable[[str, float], None]) -> list[Finding]:
        return check_entries(opened.knowledge.entries(), running.live().encoder.encode, progress=progress)

    def replay_of(entries: Sequence[FaqEntry], progress: Callable[[str, float], None]) -> Replay:
        index_dir = running.settings.index_dir
        return replay(running.live(), opened.conversations, entries, index_dir=index_dir, progress=progress)

    def retrain(mode: str, progress: Callable[[str, float], None]) -> TrainedSummary:
        begun = jobs.running()
        if begun is None or settle_interrupted(opened):
            wanted = {"mode": mode, "from_conversations": True, "promote": True}
            begun = start_training(opened, wanted, "console")
        job = follow(opened, begun.id, progress)
        if job.status is not JobStatus.DONE:
            raise TrainingError(job.message)
        running.live.refresh()
        done = job.result
        return TrainedSummary(
            str(done["version"]), bool(done["live"]), dict(done["metrics"]), str(done["gate"]), done.get("verdict", {})
        )

    def add_faq(entry: FaqEntry) -> None:
        running.editing.create(entry, actor="console")

    def cancel_training() -> bool:
        begun = jobs.running()
        return begun is not None and jobs.want_cancel(begun.id)

    def promote_version(version: str, override: str) -> str:
        verdict = promote(opened, running.base_encoder, version, by="console", override=override)
        running.live.refresh()
        return verdict.reason if verdict is not None else ""

    def roll_back() -> str:
        version = opened.registry.rollback("intent")
        opened.audit.record("console", "rollback", {"kind": "intent", "version": version})
        running.live.refresh()
        return version

    def report_of(version: str) -> ModelReport:
        folder = model_folder(opened, version)
        return ModelReport(report_text(folder), report_pictures(folder))

    return Services(
        assistant=running.assistant,
        conversations=opened.conversations,
        knowledge=opened.knowledge,
        state=opened.state,
        registry=opened.registry,
        use=opened.knowledge_use(running.live.refresh, heard.heard_by),
        editing=running.editing,
        check=check,
        replay=replay_of,
        retrain=retrain,
        desk=desk,
        topics=lambda: unanswered_topics(opened, desk),
        add_faq=add_faq,
        training_runs=lambda: jobs.running() is not None and settle_interrupted(opened) is None,
        cancel_training=cancel_training,
        promote=promote_version,
        rollback=roll_back,
        compare=lambda version: gate(opened, running.base_encoder, version),
        report_of=report_of,
        explain=running.assistant.explain,
        settings=running.settings,
        past=past_conversations(running),
        inbox=inbox(opened),
    )
