"""Opens what a command needs and closes it afterwards."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.terminal.output import indexing_bar, progress_bar, say
from chatbot.errors import ImportDataError

if TYPE_CHECKING:
    from chatbot.bootstrap.application import Application
    from chatbot.bootstrap.stores import Stores
    from chatbot.domain import LabelledExample
    from chatbot.settings import Settings

CLI_VISITOR = "cli"


def quiet_libraries() -> None:
    """Keep third-party libraries from reporting home, colouring logs and drawing their own bars."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)  # warns of every prefix that a model brings
    # Our products are small: handing them to threads costs more than it saves, 1,000 times more on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def stores(settings: Settings | None = None) -> Iterator[Stores]:
    """The database, without any model."""
    from chatbot.bootstrap.stores import open_stores
    from chatbot.settings import load_settings

    quiet_libraries()
    opened = open_stores(settings or load_settings())
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def application(*, prepare: bool, settings: Settings | None = None) -> Iterator[Application]:
    """Everything a reply needs. With `prepare`, an empty home gets the sample shop first."""
    from chatbot.bootstrap.application import build_application

    with stores(settings) as opened:
        running = build_application(opened, indexing_bar())
        if prepare:
            prepare_sample_shop(running)
        yield running


def prepare_sample_shop(running: Application) -> None:
    """Give an empty home the sample shop; does nothing to a home that holds anything."""
    from chatbot.bootstrap.sample_shop import load_sample_shop, needs_sample_shop

    if not needs_sample_shop(running.stores):
        return
    from training.intent.config import IntentTrainingConfig
    from training.pipelines.intent import train_intent_model

    say("This home is empty, so the sample shop is prepared (once).")
    with progress_bar() as progress:
        load_sample_shop(running, progress)
        train_intent_model(
            running.stores, running.base_encoder(), config=IntentTrainingConfig(mode="fast"), progress=progress
        )
    running.live.refresh()


def read_utterances(paths: Sequence[Path], settings: Settings) -> list[LabelledExample]:
    """The labelled utterances of several files, in their order. Raises ImportDataError."""
    from chatbot.importing.examples_csv import read_examples

    return [example for path in paths for example in read_examples(read_file(path, settings), path.name)[0]]


def read_file(path: Path, settings: Settings) -> bytes:
    """The bytes of a file named on the command line.

    Raises:
        ImportDataError: it is absent, a directory, unreadable or over the size limit.
    """
    limit = int(settings.max_import_mb * 1_000_000)
    try:
        size = path.stat().st_size
        if size > limit:
            raise ImportDataError(
                f"{path} has {size / 1e6:.1f} MB, the limit is {settings.max_import_mb:g} MB. Split the file, or raise "
                "CHATBOT_MAX_IMPORT_MB."
            )
        return path.read_bytes()
    except OSError as error:
        raise ImportDataError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
