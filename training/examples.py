"""Gathers labelled utterances from what a home holds: imports, FAQ phrasings and confirmed conversations.

Knows: the stores' ports. Does not know: models, files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from chatbot.domain import FaqEntry, LabelledExample
from chatbot.masking import mask
from chatbot.ports import ConversationStore, KnowledgeStore
from chatbot.text import normalise


def gather_examples(
    knowledge: KnowledgeStore, conversations: ConversationStore, *, from_conversations: bool
) -> list[LabelledExample]:
    """Everything that names an intent, without repeats; earlier sources win where two disagree.

    Order: imported labels, then FAQ phrasings of entries with an intent, then confirmed customer messages.
    """
    sources: list[Iterable[LabelledExample]] = [knowledge.examples(), _phrasings(knowledge.entries())]
    if from_conversations:
        sources.append(_masked(conversations.confirmed_examples()))
    seen: set[str] = set()
    gathered: list[LabelledExample] = []
    for source in sources:
        for example in source:
            key = normalise(example.text)
            if key and key not in seen:
                seen.add(key)
                gathered.append(example)
    return gathered


def _masked(examples: Iterable[LabelledExample]) -> Iterable[LabelledExample]:
    """What customers wrote, without what it says about them: a model must not learn a phone number."""
    for example in examples:
        yield dataclasses.replace(example, text=mask(example.text))


def _phrasings(entries: Iterable[FaqEntry]) -> Iterable[LabelledExample]:
    for entry in entries:
        if entry.intent:
            for phrasing in entry.phrasings:
                yield LabelledExample(phrasing, entry.intent, entry.lang, "faq")
