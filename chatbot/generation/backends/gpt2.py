"""A trained GPT-2 as a generator that streams a reply token by token."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import PieceStream
from chatbot.errors import ArtifactError
from chatbot.generation.backends.copying import Copier
from chatbot.generation.backends.decoding import Decoder, Sampling
from chatbot.generation.backends.text_growth import grown
from chatbot.generation.prompts import CONTROL_TOKENS, CUSTOMER, END, SOURCE, build_prompt
from chatbot.text import content_hash

MANIFEST = "manifest.json"
_HAN = "\u3400-\u9fff\u3000-\u303f\uff00-\uffef"
_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")


class Gpt2Generator:
    """A trained GPT-2. Thread-safe: one forward pass runs at a time."""

    def __init__(self, directory: Path, *, threads: int, seconds: float, sampling: Sampling | None = None) -> None:
        """Load `directory` as written by the trainer; `seconds` limits each reply from its first step.

        Raises:
            ArtifactError: the directory is missing, incomplete or damaged.
        """
        import torch

        self._sampling = sampling or Sampling()
        self._seconds = seconds
        if not (directory / MANIFEST).is_file():
            raise ArtifactError(
                f"{directory} is no finished generator: it has no {MANIFEST}. Train one with: chatbot train generator"
            )
        try:
            manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
            self._version = str(manifest["version"])
            self._calibration = float(manifest.get("calibration", 1.0))
            self._model, self._tokenizer = _load(directory)
        except Exception as error:
            # tokenizers raises bare Exception and safetensors a private class for damaged files.
            if isinstance(error, OSError | ValueError | KeyError | TypeError | RuntimeError) or type(
                error
            ).__module__.startswith(("builtins", "safetensors")):
                raise _damaged(directory, error) from error
            raise
        torch.set_num_threads(threads)
        self._positions = int(self._model.config.n_positions)
        self._reply_tokens = max(1, min(self._sampling.max_tokens, self._positions // 3))
        self._end = self._tokenizer.token_to_id(END)
        self._byte_level = "ByteLevel" in type(self._tokenizer.decoder).__name__
        size = int(self._model.config.vocab_size)
        forbidden = torch.zeros(size, dtype=torch.bool)
        forbidden[[self._tokenizer.token_to_id(mark) for mark in CONTROL_TOKENS if mark != END]] = True
        forbidden[self._tokenizer.get_vocab_size() :] = True
        penalised = torch.tensor([_is_word(self._tokenizer.id_to_token(one)) for one in range(size)])
        self._decoder = Decoder(
            self._model, [self._end], forbidden=forbidden, penalised=penalised, calibration=self._calibration
        )

    @property
    def version(self) -> str:
        return self._version

    @property
    def instructions(self) -> str:
        """Empty: the model is trained on the team's replies and gets no instructions."""
        return ""

    @property
    def n_positions(self) -> int:
        """Maximum number of tokens of prompt and reply together."""
        return self._positions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Yield the reply in pieces of whole characters; equal input gives an equal reply.

        Ends at the end token, at the token limit, when the reply repeats itself, or when the time is over. Closing the
        iterator stops the model at the next token.
        """
        given = self._ids(self.prompt(history, hits, lang=lang))
        seed = int(content_hash([str(self._sampling.seed), *map(str, given)], length=15), 16)
        tokens = self._decoder.tokens(
            given,
            self._sampling,
            seed=seed,
            most=self._reply_tokens,
            seconds=self._seconds,
            copier=self._copier(given),
        )
        yield from grown(tokens, self._text)

    def prompt(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> str:
        """The prompt for the model, truncated to leave room for the reply."""
        budget = self._positions - self._reply_tokens
        return build_prompt(history, hits, lang=lang, budget=budget, count=lambda text: len(self._ids(text)))

    def log_likelihood(
        self, history: Sequence[Message], hits: Sequence[FaqHit], reply: str, *, lang: str
    ) -> tuple[float, int]:
        """Log probability in nats of a given reply with its end token, and its number of tokens."""
        given, wanted = self._ids_of(history, hits, reply, lang)
        return self._decoder.log_likelihood(given, wanted, self._copier(given)), len(wanted)

    def log_likelihoods(
        self,
        history: Sequence[Message],
        hits: Sequence[FaqHit],
        reply: str,
        calibrations: Sequence[float],
        *,
        lang: str,
    ) -> list[float]:
        """The log probability under each of several calibrations instead of the model's own."""
        given, wanted = self._ids_of(history, hits, reply, lang)
        return self._decoder.log_likelihoods(given, wanted, self._copier(given), calibrations)

    def _ids_of(
        self, history: Sequence[Message], hits: Sequence[FaqHit], reply: str, lang: str
    ) -> tuple[list[int], list[int]]:
        """The tokens of the prompt, and those of a reply with its end token as far as the model's length allows."""
        given = self._ids(self.prompt(history, hits, lang=lang))
        return given, [*self._ids(reply), self._end][: self._positions - len(given)]

    def _text(self, said: list[int]) -> str:
        """Decode tokens, without the spaces that character-level tokenizers (Chinese checkpoints) insert."""
        text = str(self._tokenizer.decode(said, skip_special_tokens=True))
        return text if self._byte_level else _BESIDE_HAN.sub("", text)

    def _copier(self, given: Sequence[int]) -> Copier | None:
        """A copier over the sources right before the reply, as they are in the prompt."""
        mark, customer = self._tokenizer.token_to_id(SOURCE), self._tokenizer.token_to_id(CUSTOMER)
        last = max((at for at, token in enumerate(given) if token == customer), default=0)
        starts = [at for at in range(last, len(given)) if given[at] == mark]
        ends = [*starts[1:], len(given) - 1] if starts else []
        sources = [given[start + 1 : end] for start, end in zip(starts, ends, strict=True)]
        return Copier(sources, self._end) if sources else None

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _load(directory: Path) -> tuple[Any, Any]:
    """Model in float32, ready to infer, and tokenizer; weights are fp16 on disk."""
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_truncation()
    absent = [mark for mark in CONTROL_TOKENS if tokenizer.token_to_id(mark) is None]
    if absent:
        raise ValueError(f"its tokenizer lacks {', '.join(absent)}")
    config = GPT2Config.from_dict(json.loads((directory / "config.json").read_text("utf-8")))
    config.dtype = torch.float32
    weights = {name: value.to(torch.float32) for name, value in load_file(directory / "model.safetensors").items()}
    model = GPT2LMHeadModel(config)
    state = model.load_state_dict(weights, strict=False)
    # The output embedding is tied to the input embedding and stored once.
    absent = [name for name in state.missing_keys if name != "lm_head.weight"]
    if absent or state.unexpected_keys:
        raise ValueError(f"its weights do not fit its configuration ({[*absent, *state.unexpected_keys][0]})")
    model.tie_weights()
    return model.eval(), tokenizer


def _is_word(token: str | None) -> bool:
    """Whether a byte-level token contains a letter and is no control token."""
    return token is not None and any(sign.isalpha() for sign in token) and not token.startswith("<|")


def _damaged(directory: Path, error: Exception) -> ArtifactError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return ArtifactError(f"The generator in {directory} is damaged: {reason}. Train it again or roll back.")
