"""Collects labelled utterances from the stores: imports and FAQ phrasings."""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.domain import FaqEntry, LabelledExample
from chatbot.ports import KnowledgeStore
from chatbot.text import normalise


def gather_examples(knowledge: KnowledgeStore) -> list[LabelledExample]:
    """All utterances with an intent, without repeats; in a conflict the earlier source wins.

    Order: imported labels, then FAQ phrasings of entries with an intent.
    """
    sources: list[Iterable[LabelledExample]] = [knowledge.examples(), _phrasings(knowledge.entries())]
    seen: set[str] = set()
    gathered: list[LabelledExample] = []
    for source in sources:
        for example in source:
            key = normalise(example.text)
            if key and key not in seen:
                seen.add(key)
                gathered.append(example)
    return gathered


def _phrasings(entries: Iterable[FaqEntry]) -> Iterable[LabelledExample]:
    for entry in entries:
        if entry.intent:
            for phrasing in entry.phrasings:
                yield LabelledExample(phrasing, entry.intent, entry.lang, "faq")
