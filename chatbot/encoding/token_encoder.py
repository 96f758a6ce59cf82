"""The encoder of the reader: a vector for each text and a state for each of its tokens, from one pass.

The states are those of an inner layer, from which the reader goes on with a message and an entry together. Texts share
their batch only with texts of similar length.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts.publishing import MANIFEST
from chatbot.encoding.onnx_encoder import open_graph
from chatbot.errors import ArtifactError
from chatbot.text import half_width
from chatbot.types import Vectors

States: TypeAlias = NDArray[np.float16]
"""The states of the tokens of one text, shape (tokens, dimension)."""
_BATCH = 16


class Read(NamedTuple):
    """A text as the encoder reads it: its unit vector of shape (dimension,), and the states of its tokens."""

    vector: Vectors
    states: States


class TokenEncoder:
    """Vectors and token states in English and Chinese. Thread-safe."""

    def __init__(self, directory: Path, *, threads: int = 2) -> None:
        """Load `encoder.onnx` and `tokenizer.json` from the directory of a reader.

        Raises:
            ArtifactError: the directory is incomplete or damaged.
        """
        from tokenizers import Tokenizer

        try:
            manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
            self._prefix = str(manifest["prefix"])
            self._longest = int(manifest["max_tokens"])
            self._pad = int(manifest["pad_id"])
            self.id = f"{manifest['name']}-{manifest['encoder_hash']}"
            self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
            self._tokenizer.enable_truncation(self._longest)
            self._session = open_graph(directory / "encoder.onnx", threads)
        except Exception as error:
            # tokenizers and onnxruntime raise bare Exception and private classes for damaged files.
            raise ArtifactError(
                f"The reader in {directory} cannot be loaded ({error}). Install the project again."
            ) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension)."""
        found = self.read(texts)
        return np.stack([one.vector for one in found]) if found else np.zeros((0, 0), dtype=np.float32)

    def read(self, texts: Sequence[str]) -> list[Read]:
        """Vector and token states of each text, in order."""
        encodings = self._tokenizer.encode_batch([self._prefix + half_width(text) for text in texts]) if texts else []
        ids = [one.ids for one in encodings]
        order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
        found: dict[int, Read] = {}
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            longest = len(ids[rows[-1]])
            tokens = np.full((len(rows), longest), self._pad, dtype=np.int64)
            mask = np.zeros_like(tokens)
            for row, number in enumerate(rows):
                tokens[row, : len(ids[number])] = ids[number]
                mask[row, : len(ids[number])] = 1
            vectors, states = self._session.run(None, {"input_ids": tokens, "attention_mask": mask})
            for row, number in enumerate(rows):
                found[number] = Read(vectors[row], states[row, : len(ids[number])].astype(np.float16))
        return [found[number] for number in range(len(ids))]
