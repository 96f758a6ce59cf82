"""A trainable sentence encoder: vectors with gradients, reading and writing of weights."""

from __future__ import annotations

import contextlib
import importlib
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.errors import TrainingError
from training.loop import low_rank

if TYPE_CHECKING:
    import torch

_SUB_BATCH = 16
_LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)\.")


class EncoderNetwork:
    """One sentence-transformers model, on the GPU if there is one."""

    def __init__(self, source: Path, *, max_tokens: int, dropout: float, mixed_precision: bool) -> None:
        """Load the model in full precision.

        Args:
            source: a sentence-transformers directory, or a hub id.
            max_tokens: longer texts are truncated in training; the saved model keeps its own limit.
            dropout: probability for every dropout layer of the transformer.
            mixed_precision: use bfloat16 if the processor computes it natively.

        Raises:
            TrainingError: no such model.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._model: Any = SentenceTransformer(
                str(source), device=self.device, model_kwargs={"dtype": torch.float32}
            )
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"The encoder {str(source)!r} cannot be fine-tuned: it is no sentence-transformers model "
                f"({type(error).__name__}). Train with --mode fast, or set CHATBOT_ENCODER to the path of such a model."
            ) from error
        self._transformer: Any = getattr(self._model[0], "model", None)
        if self._transformer is None:
            raise TrainingError(
                f"The encoder {str(source)!r} has no transformer to fine-tune. Train with --mode fast instead."
            )
        self._max_tokens = max_tokens
        self._half = mixed_precision and _has_native_bfloat16(self.device)
        self._prefix = str(self._model.prompts.get(self._model.default_prompt_name) or "")
        self._adapted = False
        for module in self._transformer.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = dropout
        self._source = {name: value.detach().clone() for name, value in self._transformer.state_dict().items()}

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    def freeze(self, layers: int | None, *, embeddings: bool) -> None:
        """Freeze this many of the lowest layers, and the word embeddings with them or alone.

        None means the lower half. Frozen layers have no dropout, because they cannot overfit.

        Raises:
            TrainingError: the encoder has no more layers than that.
        """
        found = {int(match[1]) for name, _ in self._transformer.named_parameters() if (match := _LAYER.search(name))}
        layers = len(found) // 2 if layers is None else layers
        if layers and layers >= len(found):
            raise TrainingError(
                f"frozen_layers = {layers} leaves nothing to train: the encoder has {len(found)} layers. "
                f"Choose {max(0, len(found) - 1)} or fewer."
            )
        for name, parameter in self._transformer.named_parameters():
            match = _LAYER.search(name)
            if (match is None and (layers or embeddings)) or (match is not None and int(match[1]) < layers):
                parameter.requires_grad_(False)
        for name, module in self._transformer.named_modules():
            match = _LAYER.search(f"{name}.")
            if match is not None and int(match[1]) < layers and hasattr(module, "p"):
                module.p = 0.0

    def add_lora(self, rank: int) -> None:
        """Train LoRA updates only (Hu et al., 2021, arXiv:2106.09685); they are merged when saved.

        Raises:
            TrainingError: peft is not installed.
        """
        peft, config = low_rank(rank, target_modules="all-linear", lora_dropout=0.0)
        frozen = {name for name, p in self._transformer.named_parameters() if not p.requires_grad}
        lowest_free = min((int(m[1]) for n in self._source if (m := _LAYER.search(n)) and n not in frozen), default=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # peft warns of unknown layers; they stay unchanged
            peft.inject_adapter_in_model(config, self._transformer)
        for name, parameter in self._transformer.named_parameters():
            match = _LAYER.search(name)
            parameter.requires_grad_("lora_" in name and match is not None and int(match[1]) >= lowest_free)
        self._adapted = True

    def trainable(self) -> dict[str, torch.nn.Parameter]:
        """The trainable parameters, by name."""
        return {name: p for name, p in self._transformer.named_parameters() if p.requires_grad}

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, truncated and with the special tokens of the model."""
        cut = {"truncation": True, "max_length": self._max_tokens}
        found = self._model.tokenizer([self._prefix + text for text in texts], **cut)
        return [list(ids) for ids in found["input_ids"]]

    def vectors(self, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        """Unit vectors, shape (len(ids), dimension).

        The texts are processed in small groups of similar length: in a batch of mixed lengths more than half of the
        work would be padding.
        """
        import torch

        size = len(ids) if self.device == "cuda" else _SUB_BATCH
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        parts = []
        for start in range(0, len(order), size):
            with torch.autocast(self.device, torch.bfloat16, enabled=self._half):
                rows = [ids[row] for row in order[start : start + size]]
                output = self._model(self._batch(rows))["sentence_embedding"]
            parts.append(torch.nn.functional.normalize(output.float(), dim=-1))
        return torch.cat(parts)[torch.tensor(order, device=self.device).argsort()]

    @contextlib.contextmanager
    def learning(self, on: bool = True) -> Iterator[None]:
        """Turn dropout and gradients on or off inside the block."""
        import torch

        was = self._model.training
        self._model.train(on)
        try:
            with torch.set_grad_enabled(on):
                yield
        finally:
            self._model.train(was)

    def weights(self) -> dict[str, torch.Tensor]:
        """A copy of the trainable parameters."""
        return {name: p.detach().cpu().clone().contiguous() for name, p in self.trainable().items()}

    def set_weights(self, weights: dict[str, torch.Tensor]) -> None:
        """Restore parameters returned by `weights`."""
        import torch

        with torch.no_grad():
            for name, parameter in self.trainable().items():
                parameter.copy_(weights[name])

    def save(self, directory: Path, *, share: float) -> None:
        """Write a complete sentence-transformers directory.

        Args:
            directory: an empty or missing directory.
            share: weight of the fine-tuned weights in the average with the source's, 0 to 1 (WiSE-FT, Wortsman et al.,
                2022, arXiv:2109.01903): below 1, a model keeps more of its prior knowledge.
        """
        import torch

        if self._adapted:
            self._merge()
        with torch.no_grad():
            for name, value in self._transformer.state_dict().items():
                if value.is_floating_point():
                    before = self._source[name].to(value.device)
                    value.copy_(before + share * (value - before))
        self._model.save_pretrained(str(directory), create_model_card=False)

    def _merge(self) -> None:
        adapted: Any = importlib.import_module("peft.tuners.tuners_utils").BaseTunerLayer

        for name, module in list(self._transformer.named_modules()):
            if isinstance(module, adapted):
                module.merge()
                parent, _, leaf = name.rpartition(".")
                setattr(self._transformer.get_submodule(parent), leaf, module.get_base_layer())
        self._adapted = False

    def _batch(self, rows: Sequence[Sequence[int]]) -> dict[str, Any]:
        import torch

        longest = max(map(len, rows))
        pad = int(self._model.tokenizer.pad_token_id or 0)
        ids = torch.tensor([[*row, *[pad] * (longest - len(row))] for row in rows], device=self.device)
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=self.device)
        return {"input_ids": ids, "attention_mask": mask}


def _has_native_bfloat16(device: str) -> bool:
    """Emulated bfloat16 is several times slower than full precision."""
    import torch

    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
