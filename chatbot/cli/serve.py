"""`chatbot serve`: take the port, prepare, put the pages together, run."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from chatbot.cli.terminal.output import indexing_bar, say
from chatbot.cli.terminal.session import prepare_sample_shop, quiet_libraries, stores
from chatbot.errors import ChatbotError, ConfigError

if TYPE_CHECKING:
    from chatbot.bootstrap.application import Application
    from chatbot.bootstrap.progress import ProgressRelay

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
"""A change by another process, such as a promotion, answers customers after so long and the time of loading it."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.")] = None,
    lang: Annotated[
        Literal["en", "zh"] | None, typer.Option(help="Language for browsers that ask for neither English nor Chinese.")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the default browser.")] = False,
) -> None:
    """Start the web chat and the team console; the first run prepares the sample shop."""
    _run(host=host, port=port, lang=lang, open_browser=open_browser)


def _run(*, host: str | None, port: int | None, lang: str | None, open_browser: bool) -> None:
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
        from chatbot.bootstrap.progress import ProgressRelay

        heard = ProgressRelay(indexing_bar())
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


def _serve(running: Application, listening: socket.socket, heard: ProgressRelay, *, open_browser: bool) -> None:
    import uvicorn

    from chatbot.api.reading import build_reading_router
    from chatbot.api.routes import build_router
    from ui.app import build_app
    from ui.web.sessions import ensure_console_password
    from ui.wiring import console_services

    password = ensure_console_password(running.stores.state)
    web = build_app(console_services(running, heard))
    web.include_router(build_router(running.assistant, running.stores.conversations))
    web.include_router(build_reading_router(running.stores.conversations, running.stores.handoffs))
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
