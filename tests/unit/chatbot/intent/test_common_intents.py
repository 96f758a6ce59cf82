"""The features and the directory of the model of common intents, without training one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbot.domain import CommonIntent
from chatbot.errors import ArtifactError
from chatbot.intent.common.artifact import LANGUAGES, CommonArtifact, CommonWeights, load_common, write_common
from chatbot.intent.common.features import BUCKETS, features
from chatbot.intent.common.model import LinearCommonIntents, load_common_intents
from chatbot.intent.common.word_classes import NAMES, classes

INTENTS = (CommonIntent.PERSON, CommonIntent.QUESTION)


def named(text: str) -> list[set[str]]:
    return [{NAMES[place] for place in of_word} for of_word in classes(text)]


def artifact() -> CommonArtifact:
    """Knows the n-grams and patterns of one English and one Chinese message; they are wishes for a person."""
    buckets = np.unique(np.concatenate([features(text)[0] for text in ("a human please", "转人工")]))
    weights = np.zeros((len(buckets), 2), dtype=np.float32)
    weights[:, 0] = 1.0
    idf = np.ones(len(buckets), dtype=np.float32)
    needed = {lang: {CommonIntent.PERSON: 0.6} for lang in LANGUAGES}
    linear = CommonWeights(buckets.astype(np.int32), idf, weights, np.zeros(2, dtype=np.float32))
    return CommonArtifact("v1", INTENTS, {"en": 1.0, "zh": 0.5}, needed, linear, {"macro_f1": 0.5})


def written(tmp_path: Path) -> Path:
    directory = tmp_path / "model"
    write_common(directory, artifact(), lambda unfinished: (unfinished / "report.md").write_text("# Report\n"))
    return directory


def test_words_of_both_languages_and_both_scripts_stand_for_the_same() -> None:
    assert named("human")[0] & named("真人")[0] == {"person"}
    assert "staff" in named("轉人工")[1] & named("转人工")[1]
    assert "not" in named("唔使")[0] & named("don't")[0]


def test_the_longest_expression_counts_and_an_unknown_word_has_no_class() -> None:
    assert named("member of staff zebra") == [{"staff"}, set()]
    assert named("") == []


def test_the_buckets_of_a_text_are_distinct_and_inside_the_space() -> None:
    for text in ("", "👍", "a human, please?", "转人工", "word " * 2_000):
        buckets, weights = features(text)
        assert len(buckets) == len(weights) == len(np.unique(buckets))
        assert (np.diff(buckets) > 0).all()
        assert not len(buckets) or buckets[-1] < BUCKETS


def test_order_and_a_question_mark_change_what_is_seen() -> None:
    assert set(features("not a human")[0]) != set(features("a human not")[0])
    assert set(features("a human?")[0]) - set(features("a human")[0])


def test_both_ends_of_a_long_message_are_read() -> None:
    long = f"{'well ' * 200}a human please"
    assert set(features("human please")[0]) & set(features(long)[0])


def test_a_written_model_reads_as_it_did(tmp_path: Path) -> None:
    before, after = LinearCommonIntents(artifact()), load_common_intents(written(tmp_path))
    for text in ("a human please", "转人工", "opening hours"):
        assert after.read(text).probabilities == pytest.approx(before.read(text).probabilities, abs=1e-3)
    assert after.read("a human please").counts(CommonIntent.PERSON)
    assert not after.read("a human please").counts(CommonIntent.QUESTION)  # needs nothing, so it never counts
    assert after.version == "v1"


@pytest.mark.parametrize("damage", ["missing", "truncated", "format", "json", "intents"])
def test_a_damaged_model_says_what_to_do(tmp_path: Path, damage: str) -> None:
    directory = written(tmp_path)
    manifest, weights = directory / "manifest.json", directory / "model.safetensors"
    if damage == "missing":
        manifest.unlink()
    elif damage == "truncated":
        weights.write_bytes(weights.read_bytes()[:100])
    elif damage == "format":
        manifest.write_text(manifest.read_text().replace("+classes", "+other"))
    elif damage == "json":
        manifest.write_text("{")
    else:
        manifest.write_text(manifest.read_text().replace('"person",\n', '"person",\n  "thanks",\n', 1))
    with pytest.raises(ArtifactError, match="chatbot train common"):
        load_common(directory)
