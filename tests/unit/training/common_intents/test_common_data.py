"""The rows that the model of common intents learns from, and what is made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbot.domain import CommonIntent
from chatbot.errors import InputError
from training.common_intents.augmentation import filled, joined
from training.common_intents.data import CommonData, read_common_data
from training.common_intents.measuring import HeldOut, groups_of, thresholds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    common = tmp_path / "common"
    common.mkdir()
    (common / "en.csv").write_text("text,label\nhi,greeting\na person please,person\n")
    (common / "zh.csv").write_text("text,label\n转人工,person\n你好,greeting\n")
    (common / "patterns.csv").write_text("lang,label,pattern\nen,person,get me {human}\n")
    (common / "slots.csv").write_text("lang,slot,words\nen,human,a human / somebody\n")
    return common


def business(folder: Path) -> Path:
    shop = folder.parent / "businesses" / "shop"
    shop.mkdir(parents=True)
    (shop / "messages.csv").write_text(
        "id,lang,kind,message,expected,note\n1,en,one,do you ship,a,\n2,en,off,sing,,\n3,en,person,a human,person,\n"
    )
    return shop.parent


def test_the_messages_of_businesses_are_questions_and_out_of_scope(folder: Path) -> None:
    data = read_common_data(folder, [business(folder), folder / "not there"])
    assert [(one.text, one.intent.value, one.business) for one in data.messages] == [
        ("hi", "greeting", ""),
        ("a person please", "person", ""),
        ("转人工", "person", ""),
        ("你好", "greeting", ""),
        ("do you ship", "question", "shop"),
        ("sing", "out_of_scope", "shop"),
    ]
    assert data.fingerprint() != read_common_data(folder).fingerprint()


@pytest.mark.parametrize("row", ["hello,nonsense", ",person"])
def test_a_row_without_a_text_or_a_known_label_is_refused(folder: Path, row: str) -> None:
    (folder / "en.csv").write_text(f"text,label\n{row}\n")
    with pytest.raises(InputError, match=r"en\.csv"):
        read_common_data(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "slots.csv").unlink()
    with pytest.raises(InputError, match=r"slots\.csv"):
        read_common_data(folder)


def test_patterns_are_filled_and_equal_seeds_give_equal_rows(folder: Path) -> None:
    data = read_common_data(folder)
    assert {one.text for one in filled(data, 1)} == {"get me a human", "get me somebody"}
    assert filled(data, 1) == filled(data, 1)
    assert list(joined(data.messages, 1)) == list(joined(data.messages, 1))


def test_two_joined_messages_count_as_what_is_wanted(folder: Path) -> None:
    found = list(joined(read_common_data(folder).messages, 1))
    assert found
    assert {one.intent for one in found} == {CommonIntent.PERSON}
    assert all("person" in one.text or "转人工" in one.text for one in found)


def test_a_business_is_one_group_and_so_are_near_duplicates(folder: Path) -> None:
    data = read_common_data(folder, [business(folder)])
    groups = groups_of((*data.messages, *data.messages[:1])).tolist()
    assert groups[4] == groups[5]
    assert groups[0] == groups[-1]
    assert len(set(groups)) == 5


def test_thresholds_keep_false_alarms_within_what_is_tolerated() -> None:
    random = np.random.default_rng(1)
    intents = tuple(CommonIntent)
    n = 2_000
    labels = random.choice([intents.index(CommonIntent.PERSON), intents.index(CommonIntent.QUESTION)], n)
    shares = np.zeros((n, len(intents)))
    person = intents.index(CommonIntent.PERSON)
    shares[:, person] = np.where(labels == person, random.beta(4, 2, n), random.beta(2, 5, n))
    languages = np.where(np.arange(n) % 2 == 0, "en", "zh")
    held = HeldOut((), labels, languages, shares, {"en": 1.0, "zh": 1.0})
    for lang, needed in thresholds(held).items():
        questions = (labels != person) & (languages == lang)
        assert (shares[questions, person] >= needed[CommonIntent.PERSON]).mean() <= 0.01
        assert needed[CommonIntent.PERSON] >= 0.35
        assert CommonIntent.QUESTION not in needed


def test_data_without_rows_have_a_fingerprint() -> None:
    assert CommonData((), (), {}).fingerprint()
