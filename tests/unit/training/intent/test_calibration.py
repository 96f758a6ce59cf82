"""Calibration on held-out evidence whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.intent.scoring import SIGNALS, Evidence, in_scope_probability, pooled_logits, softmax
from training.evaluation.metrics import expected_calibration_error
from training.intent.calibration import fit_pool, fit_scope


def evidence(dense: np.ndarray, lexical: np.ndarray | None = None, votes: np.ndarray | None = None) -> Evidence:
    nothing, none = np.zeros_like(dense), np.zeros(len(dense))
    return Evidence(
        dense,
        nothing if lexical is None else lexical,
        nothing if votes is None else votes,
        none, none, none, none, none,
    )  # fmt: skip


def drawn(n: int, k: int, scale: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from their softmax at `scale` times the logits."""
    random = np.random.default_rng(seed)
    logits = random.normal(0.0, 2.0, (n, k))
    probabilities = softmax(logits * scale)
    labels = (probabilities.cumsum(axis=1) < random.random((n, 1))).sum(axis=1)
    return logits, np.minimum(labels, k - 1)


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_the_pool_finds_the_temperature(scale: float) -> None:
    logits, labels = drawn(4_000, 6, scale)
    assert fit_pool(evidence(logits), labels)[0] == pytest.approx(scale, rel=0.08)


def test_the_pool_makes_overconfident_scores_honest() -> None:
    logits, labels = drawn(4_000, 6, 0.3)
    found = evidence(logits)
    before, after = softmax(logits), softmax(pooled_logits(found, fit_pool(found, labels)))
    errors = [
        expected_calibration_error(scores.max(axis=1), scores.argmax(axis=1) == labels) for scores in (before, after)
    ]
    assert errors[0] > 0.2
    assert errors[1] < 0.03


def test_an_expert_that_knows_nothing_gets_no_weight() -> None:
    logits, labels = drawn(4_000, 6, 1.0)
    noise = np.random.default_rng(1).normal(0.0, 2.0, logits.shape)
    weights = fit_pool(evidence(logits, lexical=noise, votes=-logits), labels)
    assert weights[1] < 0.05
    assert weights[2] >= 0.0


def test_a_handful_of_rows_cannot_make_the_pool_certain() -> None:
    logits = np.array([[4.0, -4.0], [-4.0, 4.0], [3.0, -3.0]])
    assert fit_pool(evidence(logits), np.array([0, 1, 0]))[0] < 2.0


def test_the_scope_score_is_calibrated_for_the_weights_given() -> None:
    random = np.random.default_rng(0)
    inside = np.arange(6_000) < 3_000
    signals = np.zeros((6_000, len(SIGNALS)))
    signals[:, 0] = random.normal(np.where(inside, 1.0, -1.0), 1.0)
    weights = np.where(inside, 1.8, 0.2)
    probability = in_scope_probability(signals, fit_scope(signals, inside, weights), np.zeros(6_000, np.int64))
    # With nine messages in scope to one out, the log-odds are 2x + ln 9.
    expected = 1.0 / (1.0 + np.exp(-(2.0 * signals[:, 0] + np.log(9.0))))
    assert np.abs(probability - expected).max() < 0.05


def test_no_signal_may_count_against_its_meaning() -> None:
    random = np.random.default_rng(0)
    inside = np.arange(200) < 100
    signals = random.normal(0.0, 1.0, (200, len(SIGNALS)))
    signals[:, 2] -= 3.0 * inside
    signals[:, 5] = 7.0  # says the same of every row
    model = fit_scope(signals, inside, np.ones(200))
    assert (model.weights >= 0.0).all()
    assert model.weights[0, 2] == 0.0
    assert model.weights[0, 5] == 0.0
    assert (model.scale > 0.0).all()
