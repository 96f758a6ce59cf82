"""A home with a small part of the sample shop: built once for all tests, and copied for each."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.servers.command_line import run
from support.sharing import once
from support.shops.sample_data import COLUMNS, rows

ENTRIES = 30
UTTERANCES = 12
INTENTS = ("delivery_time", "delivery_international", "delivery_cost", "track_order", "missing_parcel", "order_status")


def faq_rows(lang: str = "en") -> list[dict[str, str]]:
    """The first entries of the sample shop."""
    return list(rows(f"faq_{lang}.csv")[:ENTRIES])


def utterances(first: int = 0) -> list[dict[str, str]]:
    """Labelled utterances of a few intents and out of scope, the same number of each, starting at `first`."""
    found = rows("utterances_en.csv")
    return [
        row
        for intent in (*INTENTS, "oos")
        for row in [row for row in found if row["intent"] == intent][first : first + UTTERANCES]
    ]


def write_csv(path: Path, rows: Sequence[dict[str, str]], columns: Sequence[str] | None = None) -> Path:
    """A CSV file of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def faq_file(folder: Path, count: int = ENTRIES, **changed: str) -> Path:
    """The first entries as a file to import, with some cells changed."""
    return write_csv(folder / "faq.csv", [row | changed for row in faq_rows()[:count]])


def write_shop(folder: Path) -> Path:
    """Small versions of the files that an empty home is prepared from."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in ("en", "zh"):
        write_csv(folder / f"faq_{lang}.csv", faq_rows(lang))
    write_csv(folder / "intents.csv", [row for row in rows("intents.csv") if row["intent"] in INTENTS])
    write_csv(folder / "utterances_en.csv", utterances())
    write_csv(folder / "utterances_zh.csv", rows("utterances_zh.csv")[:8], COLUMNS["utterances_zh.csv"])
    return folder


def copy_home(source: Path, target: Path) -> Path:
    """Copy a home. The encoder, large and never written to, is shared: replace its files, do not change them."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("encoder"))
    shutil.copytree(source / "models" / "encoder", target / "models" / "encoder", copy_function=os.link)
    return target


@pytest.fixture(scope="session")
def prepared_home(exported_minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with FAQ entries, their index, utterances and a live intent model. Never change it: copy it."""

    def prepare(home: Path) -> None:
        folder = tmp_path_factory.mktemp("small-shop")
        (home / "models" / "encoder").mkdir(parents=True)
        shutil.copytree(exported_minilm, home / "models" / "encoder" / "minilm", copy_function=os.link)
        for words in (
            ("faq", "import", write_csv(folder / "faq.csv", faq_rows())),
            ("intents", "import", write_csv(folder / "utterances.csv", utterances())),
            ("train", "intent", "--mode", "fast", "--data", folder / "utterances.csv"),
            ("doctor",),  # builds the index
        ):
            done = run(*words, home=home)
            assert done.code == 0, done.err

    return once(tmp_path_factory, "small-shop", prepare)


@pytest.fixture
def shop(home: Path, prepared_home: Path) -> Path:
    """CHATBOT_HOME of this test, as a copy of the prepared one."""
    return copy_home(prepared_home, home)
