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

from chatbot.cli.output import say
from chatbot.cli.reports import model_folder, report_pictures, report_text
from chatbot.cli.session import prepare_sample_shop, quiet_libraries, stores
from chatbot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatbot.bootstrap import Application
    from chatbot.domain import ImportReport
    from ui.services import Services

_LOG = logging.getLogger(__name__)


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
        from chatbot.bootstrap import build_application

        running = build_application(opened)
        prepare_sample_shop(running)
        running.live()
        _serve(running, listening, open_browser=open_browser)


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


def _serve(running: Application, listening: socket.socket, *, open_browser: bool) -> None:
    import uvicorn

    from chatbot.api.routes import build_router
    from ui.app import build_app
    from ui.password import ensure_console_password

    password = ensure_console_password(running.stores.state)
    web = build_app(_services(running))
    web.include_router(build_router(running.assistant, running.stores.conversations))
    host, port = listening.getsockname()[:2]
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104  # shown, not bound
    if password is not None:
        say(f"Team console: {address}console/   password (shown once, keep it): {password}")
    say(f"Ready. Open {address}   Stop with Ctrl-C.")
    if open_browser and _has_screen():
        threading.Timer(1.0, webbrowser.open, [address]).start()
    threading.Thread(target=_warm, args=[running], daemon=True).start()
    config = uvicorn.Config(web, log_level="warning", timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])


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


def _services(running: Application) -> Services:
    from chatbot.importing.faq_csv import export_faq, read_faq
    from training.config import IntentTrainingConfig
    from training.intent_job import train_intent_model
    from ui.services import ModelReport, Services, TrainedSummary

    opened = running.stores

    def import_faq(raw: bytes, name: str, dry_run: bool) -> ImportReport:
        entries, report = read_faq(raw, name)
        return running.knowledge.import_faq(entries, report, dry_run=dry_run, actor="console")

    def retrain(mode: str, progress: Callable[[str, float], None]) -> TrainedSummary:
        done = train_intent_model(
            opened,
            running.base_encoder(),
            config=IntentTrainingConfig(mode=mode),
            from_conversations=True,
            promote=True,
            progress=progress,
        )
        running.live.refresh()
        return TrainedSummary(done.version, done.went_live, dict(done.metrics))

    def report_of(version: str) -> ModelReport:
        folder = model_folder(opened, version)
        return ModelReport(report_text(folder), report_pictures(folder))

    return Services(
        assistant=running.assistant,
        conversations=opened.conversations,
        knowledge=opened.knowledge,
        state=opened.state,
        registry=opened.registry,
        import_faq=import_faq,
        preview_rows=read_faq,
        undo_import=lambda import_id: running.knowledge.undo_import(import_id, actor="console"),
        export_faq=lambda: export_faq(opened.knowledge.entries()),
        retrain=retrain,
        report_of=report_of,
        explain=running.assistant.explain,
        settings=running.settings,
    )
