"""What the team's console does, as plain functions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.dialogue.explanation import Explanation
from chatbot.domain import Conversation, Message, Role
from chatbot.errors import ChatbotError
from ui.chat.actions import check_message
from ui.console.widgets.decision import Nearest
from ui.services import Services
from ui.wording.words import Words

_LOG = logging.getLogger(__name__)
PAGE_SIZE = 20
_COUNTED = 50
_EXPLAINED = 20
"""Answers of a conversation, the latest ones, whose nearest utterances are looked up when it is opened."""


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Some conversations, newest first; `first` counts from 0."""

    conversations: tuple[Conversation, ...]
    first: int
    total: int


def conversation_page(services: Services, search: str, first: int) -> ConversationPage:
    """One page of conversations; a `first` outside is moved to the nearest page."""
    total = services.conversations.count(search=search)
    first = max(0, min(first, (total - 1) // PAGE_SIZE * PAGE_SIZE))
    found = services.conversations.list(limit=PAGE_SIZE, offset=first, search=search)
    return ConversationPage(tuple(found), first, total)


def route_counts(services: Services) -> tuple[dict[str, int], int]:
    """Replies per route in the latest conversations, and how many conversations that are."""
    counts, conversations = services.conversations.route_counts(newest=_COUNTED)
    return dict(counts), conversations


def read_conversation(services: Services, conversation_id: str) -> tuple[Conversation, list[Message]]:
    """A conversation with its messages. Raises NotFoundError."""
    return services.conversations.get(conversation_id), services.conversations.messages(conversation_id)


def nearest_utterances(services: Services, messages: Sequence[Message]) -> dict[int, Nearest]:
    """What the live model finds nearest to the customer's words before each of the latest explained answers.

    An answer is left out where it cannot be looked up; the conversation must be shown all the same.
    """
    asked: dict[int, str] = {}
    said = ""
    for message in messages:
        if message.role is Role.CUSTOMER:
            said = message.text
        elif said and message.decision is not None and message.decision.prediction is not None:
            asked[message.id] = said
    version = (services.models.registry.live("intent") or "") if asked else ""
    found: dict[int, Nearest] = {}
    for answer in list(asked)[-_EXPLAINED:]:
        try:
            found[answer] = Nearest(services.assistant.nearest(asked[answer]), version)
        except ChatbotError as error:
            _LOG.warning("the nearest utterances of message %d cannot be looked up: %s", answer, error)
    return found


def explain(services: Services, text: str, say: Words) -> Explanation:
    """What would be decided for a message. Raises InputError in the page's language, ChatbotError."""
    check_message(services, text, say)
    return services.assistant.explain(text)
