"""Creates, loads and writes a generator's model and tokenizer, and defines the layout of its directory.

A directory holds model.safetensors (fp16), config.json, tokenizer.json, report.md, and manifest.json, written last.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.artifacts.publishing import publish
from chatbot.errors import TrainingError
from chatbot.generation.prompts import CONTROL_TOKENS, END, PAD
from training.loop import low_rank

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SCRATCH = "scratch"
LIBRARIES = ("torch", "transformers", "tokenizers", "safetensors")
_LONGEST_TOKEN = 16
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Size:
    """Shape of a GPT-2 trained from scratch."""

    vocabulary: int = 4096
    positions: int = 256
    width: int = 192
    layers: int = 4
    heads: int = 6
    dropout: float = 0.2


def size_for(characters: int) -> Size:
    """The shape for this much text: about as many parameters as the text has tokens, seen several times over.

    A larger model memorises a small team's transcripts and is slower; a smaller one underfits many transcripts.
    """
    for least, size in _SIZES:
        if characters >= least:
            return size
    return _SIZES[-1][1]


_SIZES = (
    (40_000_000, Size(16_384, 512, 512, 8, 8)),
    (8_000_000, Size(8_192, 384, 320, 6, 8)),
    (400_000, Size()),
    (50_000, Size(2_048, 256, 128, 3, 4)),
    (0, Size(1_024, 192, 96, 2, 4)),
)
"""Minimum characters of transcripts for each shape: 34, 10, 2.6, 0.9 and 0.3 million weights."""


def with_adapters(model: Any, rank: int) -> Any:
    """Add LoRA adapters to all projections (Hu et al., 2022); only these and new embeddings are trained.

    Raises:
        TrainingError: peft is not installed.
    """
    peft, config = low_rank(
        rank,
        target_modules=["c_attn", "c_proj", "c_fc"],
        trainable_token_indices={"wte": model.added_tokens} if getattr(model, "added_tokens", None) else None,
        fan_in_fan_out=True,
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft uses a name that transformers has renamed
        return peft.get_peft_model(model, config)


def make_tokenizer(texts: Iterable[str], *, vocabulary: int) -> Tokenizer:
    """Train a byte-level BPE on the texts; it covers every byte, so no text is unknown.

    Digits are single tokens, so that a number can be copied digit by digit. A token has at most 16 bytes, so that
    frequent sentences do not become tokens of their own.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=list(CONTROL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=_LONGEST_TOKEN,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def make_model(tokenizer: Tokenizer, size: Size) -> Any:
    """A GPT2LMHeadModel with random weights (Radford et al., 2019) and tied input and output embeddings."""
    from transformers import GPT2Config, GPT2LMHeadModel

    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=tokenizer.get_vocab_size(),
            n_positions=size.positions,
            n_embd=size.width,
            n_layer=size.layers,
            n_head=size.heads,
            resid_pdrop=size.dropout,
            embd_pdrop=size.dropout,
            attn_pdrop=size.dropout,
            bos_token_id=tokenizer.token_to_id(END),
            eos_token_id=tokenizer.token_to_id(END),
            pad_token_id=tokenizer.token_to_id(PAD),
            tie_word_embeddings=True,
        )
    )


def load_base(base: str) -> tuple[Any, Tokenizer]:
    """Load a GPT-2 checkpoint by directory or hub id, and extend its vocabulary by the control tokens.

    Raises:
        TrainingError: it cannot be loaded, or is no GPT-2.
    """
    import torch
    from transformers import AutoConfig, AutoTokenizer, GPT2LMHeadModel

    try:
        config = AutoConfig.from_pretrained(base)
        if config.model_type != "gpt2":
            raise TrainingError(f"The base {base!r} is a {config.model_type} model; choose a GPT-2 checkpoint.")
        tokenizer = AutoTokenizer.from_pretrained(base).backend_tokenizer
        model = GPT2LMHeadModel.from_pretrained(base, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"The base model {base!r} cannot be loaded: {str(error).splitlines()[0]} "
            "Give a directory with a GPT-2 checkpoint, a hub id, or scratch."
        ) from error
    missing = [mark for mark in CONTROL_TOKENS if tokenizer.token_to_id(mark) is None]
    tokenizer.add_special_tokens(missing)
    if tokenizer.get_vocab_size() > model.get_input_embeddings().num_embeddings:
        model.resize_token_embeddings(tokenizer.get_vocab_size())
    model.config.eos_token_id = model.config.bos_token_id = tokenizer.token_to_id(END)
    model.config.pad_token_id = tokenizer.token_to_id(PAD)
    model.added_tokens = [tokenizer.token_to_id(mark) for mark in missing]
    return model, tokenizer


def write_directory(directory: Path, model: Any, tokenizer: Tokenizer) -> None:
    """Write weights and tokenizer, without the manifest, so that readers ignore the directory for now."""
    import torch

    directory.mkdir(parents=True, exist_ok=True)
    kept = {name: value.detach().clone() for name, value in model.state_dict().items()}
    model.to(torch.float16).save_pretrained(directory)
    model.to(torch.float32).load_state_dict(kept)
    tokenizer.save(str(directory / "tokenizer.json"))


def publish_version(models_dir: Path, version: str, fill: Callable[[Path], None]) -> Path:
    """Publish a version; `fill` writes the manifest last. Raises TrainingError."""
    target = models_dir / version
    try:
        publish(target, fill)
    except OSError as error:
        raise TrainingError(
            f"The model cannot be written to {target}: {error}. Free space or change the home."
        ) from error
    _log.info("generator %s written to %s", version, target)
    return target
