"""Two generators, the second for when the first cannot be reached.

Knows: when to change over. Does not know: which generators they are.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import PieceStream
from chatbot.errors import GeneratorUnavailable
from chatbot.ports import Generator

_LOG = logging.getLogger(__name__)


class StandbyGenerator:
    """The first one's replies, and the second one's where the first is unavailable from the start of a reply."""

    def __init__(self, first: Generator, second: Generator | None) -> None:
        self._first = first
        self._second = second

    @property
    def version(self) -> str:
        return self._first.version

    @property
    def instructions(self) -> str:
        """What the first is told beside the conversation."""
        return self._first.instructions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream the reply.

        Raises:
            GeneratorUnavailable: the first is unavailable and there is no second, or that is unavailable, too.
        """
        try:
            yield from self._first.stream(history, hits, lang=lang)
        except GeneratorUnavailable as error:
            if self._second is None:
                raise
            _LOG.warning("%s is unavailable (%s): %s replies", self._first.version, error, self._second.version)
            yield from self._second.stream(history, hits, lang=lang)
