"""How sure a trained generator may be: the temperature under which its held-out replies are most probable.

Knows: held-out conversations, a finished generator. Does not know: training, files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.domain import Role
from chatbot.generation.backends.gpt2 import Gpt2Generator
from training.generator.evaluation import situation
from training.generator.examples import Dialogue

TEMPERATURES = tuple(round(1.0 + 0.05 * step, 2) for step in range(21))
_MOST = 300
"""Agents' turns asked about, spread evenly: the best temperature moves by less than a step with more."""


def calibrated(generator: Gpt2Generator, held_out: Sequence[Dialogue]) -> float:
    """The temperature for this model (Guo et al., 2017), found on replies as it serves them, copied sources included.

    Small models are too sure of themselves. 1 without a held-out turn of an agent.
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
