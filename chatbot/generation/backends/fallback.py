"""Combines two generators, the second for use while the first is unavailable."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from chatbot.domain import FaqHit, Message
from chatbot.domain.pieces import PieceStream
from chatbot.errors import GeneratorUnavailable
from chatbot.ports import Generator

_LOG = logging.getLogger(__name__)


class StandbyGenerator:
    """Replies of the first generator, or of the second if the first is unavailable at the start of a reply."""

    def __init__(self, first: Generator, second: Generator | None) -> None:
        self._first = first
        self._second = second

    @property
    def version(self) -> str:
        return self._first.version

    @property
    def instructions(self) -> str:
        """The instructions given to the first model besides the conversation."""
        return self._first.instructions

    def stream(self, history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str) -> PieceStream:
        """Stream the reply.

        Raises:
            GeneratorUnavailable: the first is unavailable, and the second is missing or unavailable too.
        """
        try:
            yield from self._first.stream(history, hits, lang=lang)
        except GeneratorUnavailable as error:
            if self._second is None:
                raise
            _LOG.warning("%s is unavailable (%s): %s replies", self._first.version, error, self._second.version)
            yield from self._second.stream(history, hits, lang=lang)
