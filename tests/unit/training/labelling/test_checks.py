"""What is found in labelled utterances made wrong on purpose, one kind at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import LabelledExample
from chatbot.errors import ArtifactError
from chatbot.vectors.centring import centred
from support.fakes.core import FakeEncoder
from training.datasets.prepared import OOS, IntentData, prepare_examples
from training.datasets.seen_texts import SEEN, seen_rows, write_seen
from training.discovery.neighbours import find_neighbours
from training.evaluation.findings import Finding
from training.labelling.checks import FEW, HeldOutRows, lint, quick_findings
from training.labelling.label_errors import doubted_labels, mixed_intents

THINGS = ("apple", "river", "window", "pencil", "mountain", "guitar", "blanket", "ladder", "candle", "engine", "mirror")


def made(**texts: Sequence[str]) -> IntentData:
    return prepare_examples([LabelledExample(text, intent) for intent, said in texts.items() for text in said])


def sure(data: IntentData) -> HeldOutRows:
    """Models that find every label right."""
    n, k = len(data.labels), len(data.intents)
    probabilities = np.full((n, k), 0.1 / k)
    inside = data.labels != OOS
    probabilities[inside, data.labels[inside]] += 0.9
    return HeldOutRows(np.arange(n), probabilities, np.where(inside, 0.9, 0.1))


def of_kind(kind: str, findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.kind == kind]


def found(kind: str, data: IntentData, vectors: NDArray[np.float32] | None = None) -> list[Finding]:
    vectors = FakeEncoder(512).encode(data.texts) if vectors is None else vectors
    return of_kind(kind, lint(data, vectors, sure(data))[0])


def test_an_intent_with_too_few_utterances_is_told_how_many_it_lacks() -> None:
    data = made(thin=THINGS[:3], enough=[f"where is the {thing}" for thing in THINGS[:FEW]])
    (finding,) = of_kind("too few", quick_findings(data))
    assert finding.sentence == "Intent 'thin' has 3 utterances, fewer than 10: add 7 or more."


def test_conflicts_and_repeats_are_counted_without_their_text_in_the_sentence() -> None:
    data = made(a=["give it back", "give it back!", *THINGS], b=["Give it back", "so long", "farewell"])
    (conflict,) = of_kind("conflict", quick_findings(data))
    assert conflict.sentence == "1 text labelled 'a' and 'b' at once; 'a' was kept: settle on one."
    assert conflict.texts == ("give it back",)
    (repeat,) = of_kind("repeat", quick_findings(data))
    assert repeat.sentence.startswith("2 examples repeated others")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cancel order 123 now", "now cancel order 99"),
        ("how do i change my delivery address", "how do i change my delivery addresses"),
        ("请问怎么修改收货地址", "请问怎么修改收货地址呢"),
        ("取消订单123", "取消订单，456"),
    ],
)
def test_nearly_the_same_utterances_of_two_intents_are_found(one: str, other: str) -> None:
    data = made(a=[one, *(f"see the {thing}" for thing in THINGS)], b=[other, *(f"你好{thing}" for thing in THINGS)])
    (finding,) = found("near-duplicate", data)
    assert "one labelled 'a' and one 'b'" in finding.sentence
    assert set(finding.texts) == {one, other}


@pytest.mark.parametrize("common", [0.0, 6.0], ids=["spread", "all cosines above 0.9"])
def test_close_vectors_accuse_only_with_shared_words_and_relative_to_the_data(common: float) -> None:
    said = ("can i call you something else", "can you call me something else")
    random = np.random.default_rng(0)
    data = made(a=[said[0], *(f"see the {t}" for t in THINGS)], b=[said[1], *(f"你好{t}" for t in THINGS)])
    directions = random.standard_normal((len(data.texts), 64))
    first, second = (data.texts.index(text) for text in said)
    directions[second] = directions[first] + 0.05 * random.standard_normal(64)
    directions[-1] = directions[1]  # equal vectors of texts that share nothing: the encoder does not know one of them
    directions[:, 0] += common * 8.0
    vectors = np.asarray(directions / np.linalg.norm(directions, axis=1, keepdims=True), dtype=np.float32)
    assert (vectors @ vectors.T).min() > 0.9 or not common
    (finding,) = found("near-duplicate", data, vectors)
    assert set(finding.texts) == set(said)


def test_an_encoder_that_gives_one_vector_to_everything_finds_nothing() -> None:
    data = made(a=[f"请问{thing}" for thing in THINGS], b=[f"see the {thing} here" for thing in THINGS])
    vectors = np.full((len(data.texts), 8), 8**-0.5, dtype=np.float32)
    assert found("near-duplicate", data, vectors) == []
    assert found("overlap", data, vectors) == []


def test_neighbours_are_the_same_whatever_the_vectors_have_in_common() -> None:
    random = np.random.default_rng(1)
    plain = random.standard_normal((3_000, 16)).astype(np.float32)
    labels = random.integers(0, 5, 3_000)
    neighbours = find_neighbours(centred(plain), labels)
    again = find_neighbours(centred(plain + 7.0), labels)
    assert (neighbours.nearest == again.nearest).mean() > 0.99
    unit = centred(plain)
    similarities = unit @ unit.T
    np.fill_diagonal(similarities, -2.0)
    assert (neighbours.nearest == similarities.argmax(axis=1)).all()
    similarities[labels[:, None] == labels] = -2.0
    assert (neighbours.elsewhere == similarities.argmax(axis=1)).all()


def test_intents_confused_in_both_directions_overlap_and_others_do_not() -> None:
    labels = np.repeat(np.arange(6), 20)
    taken = labels.copy()
    taken[[0, 1, 2, 3, 20, 21, 22]] = [1, 1, 1, 1, 0, 0, 0]
    taken[40:46] = 3  # in one direction alone
    taken[[80, 100]] = [5, 4]  # by chance
    (mixed,) = mixed_intents(labels, taken, 6)
    assert (mixed.first, mixed.second, mixed.count, mixed.total) == (0, 1, 7, 40)


def test_two_intents_that_are_the_same_overlap() -> None:
    labels = np.repeat([0, 1], 10)
    (mixed,) = mixed_intents(labels, np.tile([0, 1], 10), 2)
    assert mixed.share == 0.5


def test_a_guess_among_many_intents_is_no_overlap() -> None:
    random = np.random.default_rng(2)
    labels = np.repeat(np.arange(30), 20)
    assert mixed_intents(labels, random.integers(0, 30, len(labels)), 30) == []


def test_the_share_of_an_overlap_is_said_and_its_utterances_shown() -> None:
    data = made(a=[f"see the {t}" for t in THINGS], b=[f"hear a {t} now" for t in THINGS], c=[f"你{t}" for t in THINGS])
    probabilities = sure(data).probabilities
    swapped = [*range(4), *range(len(THINGS), len(THINGS) + 4)]
    probabilities[swapped] = probabilities[swapped][:, [1, 0, 2]]
    held_out = HeldOutRows(np.arange(len(data.labels)), probabilities, np.ones(len(data.labels)))
    (finding,) = of_kind("overlap", lint(data, FakeEncoder(512).encode(data.texts), held_out)[0])
    assert "'a' and 'b' overlap: held-out models took 8 of 22 utterances (36%) for the other" in finding.sentence
    assert set(finding.texts) <= {data.texts[row] for row in swapped}


def test_wrong_labels_rank_high() -> None:
    random = np.random.default_rng(3)
    true = random.integers(0, 8, 400)
    logits = random.standard_normal((400, 8)) + 5.0 * np.eye(8)[true]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    given, wrong = true.copy(), random.choice(400, 20, replace=False)
    given[wrong] = (true[wrong] + 1 + random.integers(0, 7, 20)) % 8
    doubts = doubted_labels(given, probabilities, np.ones(400))
    assert len(doubts.rows) >= 14
    assert set(doubts.rows[:14].tolist()) <= set(wrong.tolist())
    assert (np.diff(doubts.quality) >= 0).all()
    assert (doubts.suggested[:10] == true[doubts.rows[:10]]).all()


def test_a_row_out_of_scope_by_label_or_by_look_is_doubted_too() -> None:
    data = prepare_examples(
        [LabelledExample(text, label) for label in ("a", "b", "") for text in (f"{t} {label}" for t in THINGS)]
    )
    held_out = sure(data)
    held_out.in_scope[[0, -1]] = [0.02, 0.99]
    held_out.probabilities[-1] = [0.98, 0.02]
    doubted = {suspect.text: (suspect.label, suspect.suggested) for suspect in lint_suspects(data, held_out)}
    assert doubted == {data.texts[0]: ("a", "oos"), data.texts[-1]: ("oos", "a")}


def lint_suspects(data: IntentData, held_out: HeldOutRows) -> tuple[object, ...]:
    return lint(data, FakeEncoder().encode(data.texts), held_out)[1]


def test_a_sample_is_admitted() -> None:
    data = made(a=[f"see the {t}" for t in THINGS], b=[f"hear a {t} now" for t in THINGS])
    whole = sure(data)
    rows = np.arange(0, len(data.labels), 2)
    findings, _ = lint(
        data, FakeEncoder().encode(data.texts), HeldOutRows(rows, whole.probabilities[rows], whole.in_scope[rows])
    )
    assert "on a sample of 11 of 22 utterances" in of_kind("sample", findings)[0].sentence


def test_seen_texts_are_told_without_being_kept(tmp_path: Path) -> None:
    assert seen_rows(tmp_path, ["anything"]) is None
    write_seen(tmp_path, ["Where is my order?", "取消订单", "👍"])
    asked = ["where is MY order", "取消订单。", "👍", "somewhere else", ""]
    seen = seen_rows(tmp_path, asked)
    assert seen is not None
    assert seen.tolist() == [True, True, True, False, False]
    assert b"order" not in (tmp_path / SEEN).read_bytes().lower()
    (tmp_path / SEEN).write_bytes(b"nonsense")
    with pytest.raises(ArtifactError, match="is damaged"):
        seen_rows(tmp_path, asked)
