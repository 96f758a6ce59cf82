"""Businesses to learn from: what is read, and which sentence names a wrong row."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.errors import InputError
from support.paths import ROOT
from training.pipelines.reader import HELD_OUT
from training.reader.businesses import LEAST_ENTRIES, fingerprint, read_businesses

FAQ = "id,question,answer,variants,lang,tags\n" + "".join(
    f'e{n},Question {n}?,"Answer {n}.\nMore.",,en,\n' for n in range(LEAST_ENTRIES)
)
MESSAGES = (
    "id,lang,kind,message,expected,note\n"
    "1,en,one,do you ship,e1;e2,\n2,en,near,do you fly,,\n3,en,two,ship and pay,e1+e3,\n4,en,person,a human,person,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "faq.csv").write_text(FAQ, encoding="utf-8-sig")
    (shop / "messages.csv").write_text(MESSAGES)
    return tmp_path


def test_entries_and_messages_are_read_with_the_entries_that_answer(folder: Path) -> None:
    (shop,) = read_businesses(folder)
    assert (shop.name, len(shop.entries), shop.entries[1].answer) == ("shop", LEAST_ENTRIES, "Answer 1.\nMore.")
    assert [(one.kind, sorted(one.expected)) for one in shop.messages] == [
        ("one", ["e1", "e2"]),
        ("near", []),
        ("two", ["e1", "e3"]),
        ("person", []),
    ]


def test_equal_data_have_equal_fingerprints(folder: Path) -> None:
    before = fingerprint(read_businesses(folder))
    assert fingerprint(read_businesses(folder)) == before
    (folder / "shop" / "messages.csv").write_text(MESSAGES.replace("e1;e2", "e1"))
    assert fingerprint(read_businesses(folder)) != before


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("e1;e2", "e1;x9", r"messages\.csv, line 2: 'x9' in column expected is no entry of faq\.csv"),
        ("e1;e2", "", r"messages\.csv, line 2: a message of the kind one needs an entry"),
        (",near,", ",close,", r"messages\.csv, line 3: there is no kind 'close'\. The kinds are: one, near"),
        (",near,", ",off,", r"messages\.csv has no message of the kind near"),
        ("do you fly", " ", r"messages\.csv, line 3: the message is empty"),
        (",expected,", ",wanted,", r"messages\.csv, line 1: the column expected is missing"),
    ],
)
def test_a_wrong_message_is_named_by_file_and_line(folder: Path, old: str, new: str, sentence: str) -> None:
    (folder / "shop" / "messages.csv").write_text(MESSAGES.replace(old, new))
    with pytest.raises(InputError, match=sentence):
        read_businesses(folder)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("e2,Question 2?", "e1,Question 2?", r"faq\.csv, line 6: the id 'e1' stands in line 4 already"),
        ("e2,Question 2?", "e2,", r"faq\.csv, line 6: the entry 'e2' needs an id, a question and an answer"),
        ("variants", "other", r"faq\.csv, line 1: the column variants is missing"),
    ],
)
def test_a_wrong_entry_is_named_by_file_and_line(folder: Path, old: str, new: str, sentence: str) -> None:
    (folder / "shop" / "faq.csv").write_text(FAQ.replace(old, new))
    with pytest.raises(InputError, match=sentence):
        read_businesses(folder)


def test_a_folder_without_businesses_too_few_entries_or_a_missing_file_are_named(folder: Path) -> None:
    with pytest.raises(InputError, match="holds no business"):
        read_businesses(folder / "shop")
    (folder / "shop" / "faq.csv").write_text("id,question,answer,variants,lang\ne1,Q?,A.,,en\n")
    with pytest.raises(InputError, match=r"faq\.csv has 1 entries; a business needs at least"):
        read_businesses(folder)
    (folder / "shop" / "faq.csv").write_text(FAQ)
    (folder / "shop" / "messages.csv").unlink()
    with pytest.raises(InputError, match=r"messages\.csv cannot be read"):
        read_businesses(folder)


@pytest.mark.parametrize("damage", [b"\xff\xfe\x00", b"id,question\x00\n"])
def test_a_damaged_file_is_named(folder: Path, damage: bytes) -> None:
    (folder / "shop" / "faq.csv").write_bytes(damage)
    with pytest.raises(InputError, match=r"faq\.csv"):
        read_businesses(folder)


def test_the_businesses_that_ship_are_read_those_held_out_among_them() -> None:
    found = read_businesses(ROOT / "data" / "businesses")
    assert len(found) > 80
    assert {one.name for one in found}.issuperset(HELD_OUT)
