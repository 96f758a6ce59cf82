"""Any causal language model of transformers, by hub id or directory, as a generator.

A model without a chat template continues a plain dialogue and stops where the customer would speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import PieceStream
from chatbot.errors import ArtifactError
from chatbot.generation.backends.decoding import Decoder, Sampling
from chatbot.generation.backends.text_growth import grown
from chatbot.generation.chat_messages import ChatMessage, chat_messages, told
from chatbot.text import content_hash

_ROLES = {"system": "", "user": "Customer: ", "assistant": "Agent: "}
_STOPS = ("\nCustomer:", "\nAgent:", "\nSources:")
_POSITIONS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
_LONGEST = 4096
"""Maximum number of tokens of prompt and reply together, whatever a model claims, to limit memory and time."""


class CausalGenerator:
    """A pretrained model that was not trained by this project. Thread-safe."""

    def __init__(self, name: str, *, threads: int, seconds: float, sampling: Sampling | None = None) -> None:
        """Load a model by directory or hub id; `seconds` limits each reply.

        Raises:
            ArtifactError: it cannot be loaded.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name)
            model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32).eval()
        except (OSError, ValueError, KeyError, ImportError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise ArtifactError(
                f"The language model {name!r} cannot be loaded: {reason} Set CHATBOT_GENERATOR_MODEL to a directory or "
                "hub id of a causal language model."
            ) from error
        torch.set_num_threads(threads)
        self._name = name
        self._seconds = seconds
        self._sampling = sampling or Sampling(repetition_penalty=1.1)
        claimed = [int(value) for key in _POSITIONS if (value := getattr(model.config, key, None))]
        self._positions = min([*claimed, _LONGEST])
        self._reply_tokens = max(1, min(self._sampling.max_tokens, self._positions // 3))
        ends = model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        self._decoder = Decoder(model, [end for end in (*ends, self._tokenizer.eos_token_id) if end is not None])

    @property
    def version(self) -> str:
        return self._name

    @property
    def instructions(self) -> str:
        """The instructions given to the model besides the conversation, in both languages."""
        return told()

    @property
    def n_positions(self) -> int:
        """Maximum number of tokens of prompt and reply together."""
        return self._positions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Yield the reply in pieces of whole characters; closing the iterator stops the model at the next token."""
        given = self.prompt(history, hits, lang=lang)
        seed = int(content_hash([str(self._sampling.seed), *map(str, given)], length=15), 16)
        tokens = self._decoder.tokens(given, self._sampling, seed=seed, most=self._reply_tokens, seconds=self._seconds)
        yield from grown(tokens, lambda said: str(self._tokenizer.decode(said, skip_special_tokens=True)), _STOPS)

    def prompt(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> list[int]:
        """Token ids of the prompt, truncated to leave room for the reply."""
        budget = self._positions - self._reply_tokens
        messages = chat_messages(history, hits, lang=lang, fits=lambda made: len(self._ids(made)) <= budget)
        return self._ids(messages)[-budget:]

    def _ids(self, messages: list[ChatMessage]) -> list[int]:
        if self._tokenizer.chat_template:
            text = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        else:
            text = "\n".join(f"{_ROLES[one['role']]}{one['content']}" for one in messages) + "\nAgent:"
        ids: Any = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return list(ids)
