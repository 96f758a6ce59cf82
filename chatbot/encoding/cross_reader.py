"""The reader's graph: the tokens of a message look at those of an entry, and out comes whether it answers.

A message's states pass the last layers of the encoder; in each, its tokens attend to themselves and to the states of
the entry, which stay as they were when the entry was read alone (after PreTTR, MacAvaney et al. 2020). So an entry is
read once, and a candidate costs the pass of the message alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.encoding.onnx_encoder import open_graph
from chatbot.encoding.token_encoder import States
from chatbot.errors import ArtifactError

MESSAGE_TOKENS, ENTRY_TOKENS = 40, 80
"""What the reader sees of a message and of an entry; it was trained so."""


class CrossReader:
    """Log-odds that an entry answers a message. Thread-safe."""

    def __init__(self, directory: Path, *, threads: int = 2) -> None:
        """Load `reader.onnx` from the directory of a reader.

        Raises:
            ArtifactError: it is missing or damaged.
        """
        try:
            self._session = open_graph(directory / "reader.onnx", threads)
        except Exception as error:  # onnxruntime raises private classes
            raise ArtifactError(
                f"The reader in {directory} cannot be loaded ({error}). Install the project again."
            ) from error

    def log_odds(self, message: States, entries: Sequence[States]) -> NDArray[np.float64]:
        """One value per entry, shape (len(entries),).

        Args:
            message: the states of the message's tokens, shape (tokens, dimension).
            entries: those of each entry.
        """
        if not entries:
            return np.zeros(0)
        asked = np.repeat(message[None, :MESSAGE_TOKENS].astype(np.float32), len(entries), axis=0)
        held = [one[:ENTRY_TOKENS] for one in entries]
        longest = max(len(one) for one in held)
        stored = np.zeros((len(held), longest, asked.shape[2]), dtype=np.float32)
        mask = np.zeros((len(held), longest), dtype=np.float32)
        for row, one in enumerate(held):
            stored[row, : len(one)] = one
            mask[row, : len(one)] = 1.0
        feed = {
            "message": asked,
            "message_mask": np.ones(asked.shape[:2], np.float32),
            "entry": stored,
            "entry_mask": mask,
        }
        odds: NDArray[np.float64] = self._session.run(None, feed)[0].astype(np.float64)
        return odds
