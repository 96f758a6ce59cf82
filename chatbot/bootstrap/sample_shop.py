"""Fills an empty home with the sample shop that ships in `data/`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.artifacts.publishing import publish
from chatbot.errors import ConfigError
from chatbot.types import Progress

if TYPE_CHECKING:
    from chatbot.bootstrap.application import Application
    from chatbot.bootstrap.stores import Stores

ACTOR = "sample shop"


def sample_dir() -> Path:
    """The `data/` directory of the checkout."""
    return Path(__file__).resolve().parents[2] / "data"


def needs_sample_shop(stores: Stores) -> bool:
    """True for a home that holds no entry, utterance, intent or model."""
    # The shortest lists first: every start asks, and a home in use answers at the first.
    return not (
        stores.registry.list()
        or stores.knowledge.intents()
        or stores.knowledge.examples()
        or stores.knowledge.entries()
    )


def load_sample_shop(running: Application, progress: Progress) -> None:
    """Import FAQ, intents and utterances and install the shipped generator.

    Raises:
        ConfigError: the sample data are not there, as in an installation without the checkout.
    """
    from chatbot.importing.examples_csv import read_examples, read_intents
    from chatbot.importing.faq_csv import read_faq

    folder = sample_dir()
    if not (folder / "faq_en.csv").is_file():
        raise ConfigError(
            f"The sample shop is not in {folder}. Import your own: chatbot faq import FILE, chatbot train intent "
            "--data FILE; then start again."
        )
    stores = running.stores
    progress("Importing the sample intents", 0.02)
    definitions, _ = read_intents((folder / "intents.csv").read_bytes(), "intents.csv")
    stores.knowledge.apply_intents(definitions)
    for name in ("utterances_en.csv", "utterances_zh.csv"):
        examples, report = read_examples((folder / name).read_bytes(), name)
        running.knowledge.import_examples(examples, report, actor=ACTOR)
    progress("Installing the sample generator", 0.05)
    install_generator(stores, folder / "generator")
    progress("Importing and indexing the sample FAQ", 0.1)
    for name in ("faq_en.csv", "faq_zh.csv"):
        entries, report = read_faq((folder / name).read_bytes(), name)
        stores.knowledge.apply_faq(entries, report)
    running.live.refresh()


def install_generator(stores: Stores, source: Path) -> None:
    """Copy a shipped generator into the home and register it; nothing happens when there is none."""
    manifest = source / "manifest.json"
    if not manifest.is_file():
        return
    import json

    described: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    version = str(described["version"])
    target = stores.settings.models_dir("generator") / version
    if not target.is_dir():
        publish(target, lambda unfinished: shutil.copytree(source, unfinished, dirs_exist_ok=True))
    stores.registry.add("generator", version, described.get("metrics", {}))
