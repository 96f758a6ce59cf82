"""The serving encoder on ONNX Runtime; the only module that imports it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.concurrency.micro_batching import Gathering
from chatbot.errors import ArtifactError
from chatbot.text import half_width

_BATCH = 32
_LARGEST_GATHERED = 16


class OnnxEncoder:
    """Sentence vectors from an exported graph with pooling and L2 norm inside. Thread-safe."""

    def __init__(self, directory: Path, *, precision: str | None = "fp32", threads: int = 2) -> None:
        """Load `directory` as written by `export.export_encoder`; without a precision, the one that its manifest names.

        Raises:
            ArtifactError: the directory is incomplete or damaged.
        """
        from tokenizers import Tokenizer

        try:
            manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
            precision = precision or str(manifest["precision"])
            self._prefix = str(manifest["prefix"])
            self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
            self._tokenizer.enable_truncation(int(manifest["max_tokens"]))
            self._tokenizer.no_padding()
            self._session = open_graph(directory / f"{precision}.onnx", threads)
            self._id = f"{manifest['name']}-{precision}-{manifest['hash']}"
            self._dimension = int(manifest["dimension"])
            self._inputs = tuple(manifest["inputs"])
            self._pad = int(manifest["pad_id"])
        except (OSError, ValueError, KeyError) as error:
            raise _damaged(directory, error) from error
        except Exception as error:
            # tokenizers and onnxruntime raise bare Exception and private classes for damaged files.
            if type(error).__module__.startswith(("onnxruntime", "builtins")):
                raise _damaged(directory, error) from error
            raise
        self._gathering: Gathering[str, NDArray[np.float32]] = Gathering(self._rows, largest_batch=_LARGEST_GATHERED)

    @property
    def id(self) -> str:
        return self._id

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), unit norm, in the order given.

        Texts are sorted by length first, so that batches need little padding.
        """
        vectors = np.empty((len(texts), self._dimension), np.float32)
        encodings = self._tokenizer.encode_batch(self._prefixed(texts)) if texts else []
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._forward([encodings[i].ids for i in rows])
        return vectors

    def encode_one(self, text: str) -> NDArray[np.float32]:
        """The vector of one text, shape (dimension,); concurrent calls share a batch."""
        return self._gathering.one(text)

    def encode_bare(self, text: str) -> NDArray[np.float32]:
        """One text straight through tokeniser and graph: the baseline for speed measurements."""
        vector: NDArray[np.float32] = self._forward([self._tokenizer.encode(self._prefixed([text])[0]).ids])[0]
        return vector

    def _rows(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        if len(texts) == 1:
            return [self._forward([self._tokenizer.encode(self._prefixed(texts)[0]).ids])[0]]
        return list(self._forward([e.ids for e in self._tokenizer.encode_batch(self._prefixed(texts))]))

    def _prefixed(self, texts: Sequence[str]) -> list[str]:
        return [self._prefix + half_width(text) for text in texts]

    def _forward(self, token_ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        longest = max(len(ids) for ids in token_ids)
        ids = np.full((len(token_ids), longest), self._pad, np.int64)
        mask = np.zeros((len(token_ids), longest), np.int64)
        for row, tokens in enumerate(token_ids):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        feed = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(ids)
        vectors: NDArray[np.float32] = self._session.run(None, feed)[0]
        return vectors


def open_graph(path: Path, threads: int) -> Any:
    """A session of ONNX Runtime on the processor. Raises what ONNX Runtime raises for a missing or damaged file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads spin by default and take processor time from the rest of a reply: on two busy cores one
    # message took 6.3 ms with spinning and 2.7 ms without.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _damaged(directory: Path, error: Exception) -> ArtifactError:
    return ArtifactError(
        f"The encoder in {directory} cannot be loaded ({error}). Delete that directory; it is exported again at the "
        "next start."
    )


def quantise(source: Path, target: Path) -> None:
    """Write the int8 version of a graph.

    Weights are quantised per channel and with a reduced range: without both, AVX2 machines saturate and the cosine to
    fp32 falls from 0.994 to 0.95. A table in half precision stays as it is: its int8 version would be an invalid graph.
    """
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(str(source), load_external_data=False).graph
    half = {tensor.name for tensor in graph.initializer if tensor.data_type == onnx.TensorProto.FLOAT16}
    kept = [node.name for node in graph.node if half.intersection(node.input)]
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # the quantiser advises a pre-processing step that changes nothing here
    try:
        quantize_dynamic(
            str(source),
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=kept,
        )
    finally:
        root.setLevel(level)
