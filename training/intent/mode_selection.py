"""Decides which of two modes is better on the same held-out rows, with the reason as a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.datasets.prepared import OOS
from training.evaluation.findings import Compared, RetrievalChange
from training.evaluation.metrics import accuracy
from training.intent.cross_validation import Validation

_LEAST = 1e-6
_BEYOND_CHANCE = 1.645
"""Critical value in standard errors: one-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One mode that was tried, and its duration in seconds."""

    mode: str
    validation: Validation
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The chosen mode, the reason, and the figures of both."""

    winner: str
    why: str
    compared: tuple[Compared, ...]


def decide_contest(plain: Contest, tuned: Contest, retrieval: RetrievalChange | None) -> Outcome:
    """Choose the tuned mode if its log loss on the same rows is significantly lower and its FAQ search is no worse.

    Log loss rather than accuracy: it takes confidence into account, and separates two modes with a third of the rows.

    Args:
        plain: the mode that wins ties, because it costs nothing extra to serve.
        tuned: the challenger; both validations must hold the same rows.
        retrieval: how well the challenger's encoder finds FAQ phrasings.
    """
    if not plain.validation.measured:
        why = "No utterance could be held out to compare the modes, so the encoder stays as it is."
        return Outcome(plain.mode, why, ())
    old, new = _losses(plain.validation), _losses(tuned.validation)
    gain = old - new
    error = float(gain.std(ddof=1) / math.sqrt(len(gain))) if len(gain) > 1 else math.inf
    compared = tuple(_figures(contest, losses) for contest, losses in ((plain, old), (tuned, new)))
    figures = (
        f"held-out accuracy {compared[1].accuracy:.3f} against {compared[0].accuracy:.3f}, log loss "
        f"{compared[1].log_loss:.3f} against {compared[0].log_loss:.3f} on {len(gain)} utterances"
    )
    worse = _finds_less(retrieval)
    if worse:
        return Outcome(plain.mode, f"{tuned.mode.capitalize()} was tried ({figures}), but {worse}.", compared)
    if not gain.mean() > _BEYOND_CHANCE * error:
        why = f"{tuned.mode.capitalize()} is not better beyond chance ({figures}), so the encoder stays as it is."
        return Outcome(plain.mode, why, compared)
    return Outcome(tuned.mode, f"{tuned.mode.capitalize()} is better beyond chance: {figures}.", compared)


def _finds_less(change: RetrievalChange | None) -> str:
    """The objection to an encoder that finds significantly fewer FAQ phrasings; empty if there is none."""
    if change is None:
        return ""
    spread = math.sqrt(max(change.hit_1_before * (1.0 - change.hit_1_before), 0.01) / change.n)
    if change.hit_1_after >= change.hit_1_before - spread:
        return ""
    return (
        f"its FAQ search finds {change.hit_1_after:.1%} of {change.n} held-out phrasings, not {change.hit_1_before:.1%}"
    )


def _losses(validation: Validation) -> NDArray[np.float64]:
    """Negative log probability of the true intent, for each row in scope."""
    inside = validation.labels != OOS
    at_label = validation.probabilities[inside, validation.labels[inside]]
    return np.asarray(-np.log(np.maximum(at_label, _LEAST)))


def _figures(contest: Contest, losses: NDArray[np.float64]) -> Compared:
    validation = contest.validation
    inside = validation.labels != OOS
    return Compared(
        contest.mode,
        accuracy(validation.labels[inside], validation.predicted[inside]),
        float(losses.mean()),
        validation.metrics["unknown_intent_auroc"],
        round(contest.seconds, 1),
    )
