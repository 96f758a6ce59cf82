"""What the review tab makes of unanswered topics, as plain functions."""

from __future__ import annotations

import dataclasses

from chatbot.domain import FaqEntry
from chatbot.domain.drafts import Draft
from chatbot.domain.review import UnansweredTopic
from chatbot.errors import InputError
from chatbot.knowledge.drafts import placeholder_in
from chatbot.text import language, split_lines
from ui.services import Services
from ui.wording.words import Words

ACTOR = "console"
Fields = tuple[str, str, str, str]
"""Question, answer, further phrasings by line, intent, as they stand on the page."""


def add_entry(services: Services, fields: Fields, say: Words) -> FaqEntry:
    """Make an entry of the form.

    Raises:
        InputError: the question or the answer is missing, or the answer still holds a placeholder of masked data.
        StorageError: the entry cannot be stored.
    """
    question, answer, phrasings, intent = (value.strip() for value in fields)
    if not question or not answer:
        raise InputError(say("draft_incomplete"))
    left = placeholder_in(answer)
    if left:
        raise InputError(say("answer_masked", left=left))
    entry = FaqEntry("", question, answer, split_lines(phrasings), intent or None, language(question))
    return services.knowledge.editing.create(entry, actor=ACTOR)


def keep_topic(services: Services, topic: UnansweredTopic, fields: Fields) -> Draft:
    """Put a topic among the drafts as it stands in the form, for somebody who knows the answer."""
    question, answer, phrasings, intent = (value.strip() for value in fields)
    draft = dataclasses.replace(
        services.review.draft(topic),
        question=question,
        answer=answer,
        variants=split_lines(phrasings),
        intent=intent or None,
    )
    services.drafts.store.keep(draft)
    return draft
