"""A generator behind an OpenAI-compatible server: vLLM, llama-server, Ollama, `transformers serve` and others.

Retries with back-off are those of the `openai` client; the circuit breaker (Nygard, Release It!, 2007) keeps a dead
server from costing every customer its timeout.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import Piece, PieceStream
from chatbot.errors import ConfigError, GeneratorUnavailable
from chatbot.generation.chat_messages import chat_messages, told

if TYPE_CHECKING:
    from openai import OpenAI

_LOG = logging.getLogger(__name__)
_FEWEST_TOKENS = 512


class CircuitBreaker:
    """Opens for `rest` seconds after `failures` failed calls in a row, then lets one call try. Thread-safe."""

    def __init__(self, *, failures: int = 3, rest: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until = 0.0

    def allows(self) -> bool:
        """Whether a call may be tried now; while the breaker is half-open, only the first caller may."""
        with self._lock:
            if self._failed < self._most:
                return True
            if self._clock() < self._open_until:
                return False
            self._open_until = self._clock() + self._rest
            return True

    def record(self, *, ok: bool) -> None:
        """Record the result of a call."""
        with self._lock:
            self._failed = 0 if ok else self._failed + 1
            if self._failed >= self._most:
                self._open_until = self._clock() + self._rest


class OpenAIGenerator:
    """Chat completions of one model on one server, streamed. Thread-safe."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        seconds: float,
        retries: int = 2,
        context: int = 4096,
        max_tokens: int = 160,
        temperature: float = 0.3,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """`seconds` limits connecting, each wait for a token, and the whole reply; `context` is the model's, in tokens.

        Raises:
            ConfigError: the package `openai` is not installed, or an address or model is missing.
        """
        if not url or not model:
            raise ConfigError(
                "An OpenAI-compatible server needs its address and a model: set CHATBOT_GENERATOR_URL, such as "
                "http://127.0.0.1:8000/v1, and CHATBOT_GENERATOR_MODEL."
            )
        try:
            from openai import OpenAI, Timeout
        except ImportError as error:
            raise ConfigError(
                "CHATBOT_GENERATOR=openai needs the package openai. Install it: pip install -e '.[openai]'"
            ) from error
        timeout = Timeout(seconds, connect=min(5.0, seconds))
        # Servers on the same machine need no key, but the client requires one.
        self._client: OpenAI = OpenAI(base_url=url, api_key=key or "none", timeout=timeout, max_retries=retries)
        self._model = model
        self._seconds = seconds
        self._budget = max(_FEWEST_TOKENS, context) - max_tokens
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._breaker = breaker or CircuitBreaker()

    @property
    def version(self) -> str:
        return f"openai:{self._model}"

    @property
    def instructions(self) -> str:
        """The instructions given to the model besides the conversation, in both languages."""
        return told()

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream the reply, with log probabilities if the server sends them; closing it makes the server stop.

        Raises:
            GeneratorUnavailable: the server cannot be reached, fails, or has failed too often recently. Never after the
                first piece: an interrupted reply just ends.
        """
        from openai import OpenAIError

        if not self._breaker.allows():
            raise GeneratorUnavailable("the language model server failed too often and is left alone for a while")
        messages = chat_messages(history, hits, lang=lang, fits=self._fits)
        until = time.monotonic() + self._seconds
        started = False
        try:
            with self._answer(messages) as chunks:
                for chunk in chunks:
                    piece = _piece(chunk)
                    if piece.text:
                        started = True
                        yield piece
                    if time.monotonic() > until:
                        break
        except OpenAIError as error:
            self._breaker.record(ok=False)
            _LOG.warning("the language model server failed: %s", type(error).__name__)
            if not started:
                raise GeneratorUnavailable(f"the language model server failed: {type(error).__name__}") from error
            return
        except _broken_streams() as error:
            self._breaker.record(ok=False)
            _LOG.warning("the language model server broke off: %s", type(error).__name__)
            if not started:
                raise GeneratorUnavailable(f"the language model server broke off: {type(error).__name__}") from error
            return
        self._breaker.record(ok=True)

    def _answer(self, messages: Sequence[Any]) -> Any:
        return self._client.chat.completions.create(
            model=self._model,
            messages=list(messages),
            max_tokens=self._max_tokens,
            temperature=self._temperature,
            stream=True,
        )

    def _fits(self, messages: Sequence[Any]) -> bool:
        return sum(_bound(one["content"]) + 8 for one in messages) <= self._budget


def _bound(text: str) -> int:
    """An upper bound of the tokens of a text: at least two ASCII characters per token, at most two tokens per other."""
    ascii_signs = sum(1 for sign in text if sign.isascii())
    return ascii_signs // 2 + 2 * (len(text) - ascii_signs)


def _piece(chunk: Any) -> Piece:
    if not chunk.choices:
        return Piece("")
    choice = chunk.choices[0]
    told = getattr(getattr(choice, "logprobs", None), "content", None) or []
    text = choice.delta.content or ""
    return Piece(text, sum(one.logprob for one in told), len(told)) if told else Piece(text)


def _broken_streams() -> tuple[type[Exception], ...]:
    """The errors of a connection that ends within a stream or holds invalid data, which the client passes on."""
    import httpx2

    return (httpx2.HTTPError, ValueError)
