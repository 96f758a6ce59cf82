"""Two leg scores into one probability, and how the weights are learned from examples."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from chatbot.retrieval.fusion import ANSWER_STEPS, Fusion, fusion_from_json
from chatbot.retrieval.fusion_fit import ANSWERABLE, learn
from chatbot.retrieval.synthetic_queries import Example

E = math.e


def test_strength_is_the_weighted_sum_of_the_legs() -> None:
    fusion = Fusion(dense=2.0, lexical=3.0)
    assert fusion.strengths(np.array([1.0, 0.5]), np.array([0.0, 1.0])) == pytest.approx([2.0, 4.0])


def test_the_strongest_says_how_likely_any_entry_answers() -> None:
    fusion = Fusion(1.0, 1.0, slope=0.5, offset=-1.0)
    assert fusion.answerable(2.0) == pytest.approx(0.5)
    assert fusion.answerable(4.0) == pytest.approx(1 / (1 + 1 / E))


def test_entries_share_that_by_the_softmax_of_their_strengths() -> None:
    fusion = Fusion(1.0, 1.0, slope=0.5, offset=-1.0)
    assert fusion.probabilities(np.array([2.0, 1.0])) == pytest.approx([0.5 * E / (E + 1), 0.5 / (E + 1)])


def test_equal_entries_share_the_probability() -> None:
    scores = Fusion(1.0, 1.0, offset=50.0).probabilities(np.array([3.0, 3.0]))
    assert scores == pytest.approx([0.5, 0.5])


def test_one_entry_has_no_rival() -> None:
    assert Fusion(1.0, 1.0, offset=-1.0).probabilities(np.array([1.0])) == pytest.approx([0.5])


@pytest.mark.parametrize("strengths", [[900.0, 1.0], [-900.0, -901.0], [0.0] * 40, [1e4, 1e4], []])
def test_extreme_strengths_give_falling_probabilities_between_0_and_1(strengths: list[float]) -> None:
    scores = Fusion(1.0, 1.0, offset=-5.0).probabilities(np.array(strengths))
    assert ((scores >= 0) & (scores <= 1)).all()
    assert (np.diff(scores) <= 1e-12).all()


def test_a_fusion_survives_json() -> None:
    fusion = Fusion(1.5, 0.25, slope=0.9, offset=-0.1)
    assert fusion_from_json(json.loads(json.dumps(fusion.as_json()))) == fusion


@pytest.mark.parametrize("value", [None, [], {}, {"dense": 1.0}, "x"])
def test_anything_else_is_no_fusion(value: object) -> None:
    with pytest.raises(ValueError, match="not the weights"):
        fusion_from_json(value)


@pytest.mark.parametrize("number", ["1", None, float("nan"), float("inf")])
def test_a_weight_must_be_a_finite_number(number: object) -> None:
    with pytest.raises(ValueError, match="not a number"):
        fusion_from_json({**Fusion(1.0, 1.0).as_json(), "offset": number})


def made(seed: int, *, dense_sees: float, lexical_sees: float, n: int = 300) -> list[Example]:
    """Queries whose right entry stands out by so much in each leg, over wrong ones drawn from 0 to 0.5."""
    draw = np.random.default_rng(seed)
    found = []
    for number in range(n):
        wrong = draw.uniform(0.0, 0.5, size=(10, 2))
        right = draw.uniform(0.0, 0.5, size=2) + np.array([dense_sees, lexical_sees])
        found.append(Example(wrong, right if number % 2 else None, 1.0))
    return found


def share(fusion: Fusion) -> float:
    return fusion.dense / (fusion.dense + fusion.lexical)


def test_the_leg_that_tells_right_from_wrong_gets_the_weight() -> None:
    assert share(learn(made(1, dense_sees=0.4, lexical_sees=0.0))) > 0.85
    assert share(learn(made(1, dense_sees=0.0, lexical_sees=0.4))) < 0.15
    assert 0.35 < share(learn(made(1, dense_sees=0.3, lexical_sees=0.3))) < 0.65


def test_legs_that_find_as_much_as_one_another_share_the_weight() -> None:
    assert 0.4 < share(learn(made(2, dense_sees=0.6, lexical_sees=0.6))) < 0.6


def test_fusing_is_no_worse_than_the_better_leg_on_new_queries() -> None:
    for sees in ((0.4, 0.05), (0.05, 0.4), (0.3, 0.25)):
        fusion = learn(made(3, dense_sees=sees[0], lexical_sees=sees[1]))
        fresh = [e for e in made(4, dense_sees=sees[0], lexical_sees=sees[1], n=2000) if e.right is not None]

        def right(legs: tuple[float, float], queries: list[Example] = fresh) -> float:
            return float(np.mean([e.right @ legs > (e.wrong @ legs).max() for e in queries if e.right is not None]))

        assert right((fusion.dense, fusion.lexical)) >= max(right((1.0, 0.0)), right((0.0, 1.0))) - 0.01


def test_learned_probabilities_hold_on_new_queries() -> None:
    fusion = learn(made(5, dense_sees=0.35, lexical_sees=0.2, n=1000))
    # The fresh queries have an answer as often as is assumed in learning.
    fresh = made(6, dense_sees=0.35, lexical_sees=0.2, n=4000)
    answered, unanswered = [e for e in fresh if e.right is not None], [e for e in fresh if e.right is None]
    scores, right = [], []
    for example in [*answered, *unanswered[: round(len(answered) * (1 / ANSWERABLE - 1))]]:
        entries = example.wrong if example.right is None else np.vstack([example.right, example.wrong])
        strengths = fusion.strengths(entries[:, 0], entries[:, 1])
        scores.append(fusion.probabilities(-np.sort(-strengths))[0])
        right.append(example.right is not None and int(np.argmax(strengths)) == 0)
    assert np.mean(scores) == pytest.approx(np.mean(right), abs=0.03)
    for low in (0.0, 0.25, 0.5, 0.75):
        inside = [low <= score < low + 0.25 for score in scores]
        if sum(inside) > 100:
            assert np.mean(np.array(scores)[inside]) == pytest.approx(np.mean(np.array(right)[inside]), abs=0.12)


def test_learning_twice_gives_the_same_weights() -> None:
    examples = made(7, dense_sees=0.3, lexical_sees=0.1)
    assert learn(examples) == learn(examples)


def test_examples_without_any_wrong_entry_can_be_learned_from() -> None:
    nothing = np.zeros((0, 2))
    fusion = learn([Example(nothing, np.array([0.9, 0.5]), 1.0), Example(nothing, None, 1.0)])
    assert all(
        math.isfinite(value) for value in (*fusion.as_json().values(), *fusion.wrong_from) if value != fusion.wrong_from
    )


def test_the_answer_threshold_is_the_laxest_that_keeps_to_the_tolerance() -> None:
    falling = tuple(np.linspace(0.2, 0.0, len(ANSWER_STEPS)).tolist())
    fusion = Fusion(1.0, 1.0, wrong_from=falling)
    assert fusion.answer_from(1.0) == ANSWER_STEPS[0]
    lax, strict = fusion.answer_from(0.1), fusion.answer_from(0.02)
    assert ANSWER_STEPS[0] < lax < strict
    assert falling[ANSWER_STEPS.tolist().index(lax)] <= 0.1
    assert Fusion(1.0, 1.0, wrong_from=(0.5,) * len(ANSWER_STEPS)).answer_from(0.05) == ANSWER_STEPS[-1]


def test_questions_that_are_hard_to_tell_apart_need_a_higher_score() -> None:
    easy = [Example(np.array([[0.1, 0.0]]), np.array([0.9, 0.8]), 1.0), Example(np.array([[0.1, 0.1]]), None, 1.0)]
    hard = [Example(np.array([[0.5, 0.5]]), np.array([0.55, 0.5]), 1.0), Example(np.array([[0.5, 0.4]]), None, 1.0)]
    assert learn(easy).answer_from(0.05) < learn(hard).answer_from(0.05)
