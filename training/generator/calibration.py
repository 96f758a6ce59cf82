"""Calibrates a trained generator: the temperature that maximises the likelihood of held-out replies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.domain import Role
from chatbot.generation.backends.gpt2 import Gpt2Generator
from training.generator.evaluation import situation
from training.generator.examples import Dialogue

TEMPERATURES = tuple(round(1.0 + 0.05 * step, 2) for step in range(21))
_MOST = 300
"""Maximum number of agent turns scored, spread evenly: more of them move the temperature by less than a step."""


def calibrated(generator: Gpt2Generator, held_out: Sequence[Dialogue]) -> float:
    """Temperature scaling (Guo et al., 2017) on replies as they are served, copied sources included.

    Small models are overconfident. Returns 1 if no agent turn is held out.
    """
    turns = [
        (one, index)
        for one in held_out
        for index, line in enumerate(one.lines)
        if line.speaker is not Role.CUSTOMER and line.grounded
    ]
    chosen = [turns[at] for at in np.unique(np.linspace(0, len(turns) - 1, _MOST).astype(int))] if turns else []
    scores = np.zeros(len(TEMPERATURES))
    for one, index in chosen:
        history, hits = situation(one, index)
        scores += generator.log_likelihoods(history, hits, one.lines[index].text, TEMPERATURES, lang=one.lang)
    return TEMPERATURES[int(scores.argmax())]
