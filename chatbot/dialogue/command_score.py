"""How much a message sounds like a command to the assistant: a linear score of its word and character n-grams.

`training/intent/command_score.py` learns the weights from `data/commands/` and writes the file beside this module.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chatbot.intent.ngrams import FORMAT, ngram_counts

FILE = Path(__file__).with_name("command_score.safetensors")


class CommandWeights(NamedTuple):
    """The weights of v n-gram buckets: `buckets` (v,), ascending, `weights` (v,), and the bias, shape (1,)."""

    buckets: NDArray[np.int32]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]


def command_score(text: str) -> float:
    """Log odds that a text is a command rather than a question to the shop; near 0 from where it likely is one."""
    known = _shipped()
    buckets, counts = ngram_counts(text)
    if not len(buckets):
        return float(known.bias[0])
    places = np.minimum(np.searchsorted(known.buckets, buckets), len(known.buckets) - 1)
    weights = np.where(known.buckets[places] == buckets, known.weights[places], 0.0)
    return float(known.bias[0] + counts @ weights / np.sqrt(counts @ counts))


def write_weights(learned: CommandWeights, path: Path = FILE) -> None:
    """Write the weights as a file. Raises OSError."""
    from safetensors.numpy import save_file

    save_file(learned._asdict(), path, metadata={"features": FORMAT})


@cache
def _shipped() -> CommandWeights:
    """The weights beside this module, read once.

    Raises:
        ValueError: they were learned with other n-grams.
    """
    from safetensors import safe_open

    with safe_open(FILE, framework="numpy") as file:
        if file.metadata()["features"] != FORMAT:
            raise ValueError(f"{FILE.name} has other n-grams than {FORMAT}: train it again")
        return CommandWeights(*(file.get_tensor(name) for name in CommandWeights._fields))
