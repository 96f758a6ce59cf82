"""The knowledge base as the pages need it, read again only when it has changed."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chatbot.domain import FaqEntry
from chatbot.ports import KnowledgeStore

_STARTERS = 4


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One state of the knowledge base."""

    revision: str = ""
    entries: tuple[FaqEntry, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)
    """Entry id to question."""


class CatalogueReader:
    """Gives the newest catalogue. Safe to share between threads."""

    def __init__(
        self, knowledge: KnowledgeStore, *, every: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`every` is for how many seconds one look at the revision is good."""
        self._knowledge = knowledge
        self._every = every
        self._clock = clock
        self._looked = -math.inf
        self._lock = threading.Lock()
        self._known: Catalogue | None = None

    def current(self) -> Catalogue:
        """The knowledge base as it is, or was when it was last looked at; a look is one cheap query."""
        with self._lock:
            if self._known is not None and self._clock() - self._looked < self._every:
                return self._known
            self._looked = self._clock()
            revision = self._knowledge.revision()
            if self._known is None or self._known.revision != revision:
                entries = tuple(self._knowledge.entries())
                self._known = Catalogue(revision, entries, {entry.id: entry.question for entry in entries})
            return self._known


def starters(entries: Sequence[FaqEntry], lang: str, *, count: int = _STARTERS) -> list[str]:
    """Questions to begin with: the first of each tag in that language, then more in order until there are enough."""
    own = [entry for entry in entries if entry.lang == lang] or list(entries)
    first_of_tag: dict[str, str] = {}
    for entry in own:
        first_of_tag.setdefault(entry.tags[0] if entry.tags else "", entry.question)
    picked = dict.fromkeys([*first_of_tag.values(), *(entry.question for entry in own)])
    return list(picked)[:count]
