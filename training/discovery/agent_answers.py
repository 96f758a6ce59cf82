"""Extracts agents' answers from live chats, for the knowledge base: the words after a question left unanswered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from chatbot.domain import LoggedMessage, Message, Role
from chatbot.pii import mask
from chatbot.ports import ConversationStore
from chatbot.text import language, normalise
from training.discovery.exchanges import ANSWERS_AHEAD, question_of
from training.discovery.faq_proposals import told

MOST_LOOKED_AT = 50
"""Maximum number of messages of a group whose conversations are read, the newest ones."""


def colleague_answer(
    conversations: ConversationStore, asked: Sequence[LoggedMessage], *, public: frozenset[str] = frozenset()
) -> str:
    """The answer that agents gave most often to these messages; among equals, the newest.

    Personal data is masked, except what is `public` (see `chatbot.pii.public_data`). Empty if no agent answered any of
    them with more than courtesies.
    """
    newest = sorted(asked, key=lambda message: message.at, reverse=True)[:MOST_LOOKED_AT]
    found: dict[str, str] = {}
    often: Counter[str] = Counter()
    for message in newest:
        said = conversations.messages(message.conversation_id)
        answer = next((kept for line in _replies(said, message.id) if (kept := _cleaned_line(line, public))), "")
        if answer:
            often[normalise(answer)] += 1
            found.setdefault(normalise(answer), answer)
    return found[often.most_common(1)[0][0]] if often else ""


def masked_chat(messages: Sequence[Message], *, public: frozenset[str]) -> Iterator[Message]:
    """The lines of customer and agents in a live chat, without personal data, as in imported transcripts."""
    for message in messages:
        if message.role is not Role.ASSISTANT:
            hidden = mask(message.text, public=public if message.role is Role.AGENT else frozenset())
            yield Message(message.role, hidden, message.id, message.conversation_id, message.created_at)


def _replies(messages: Sequence[Message], asked_id: int) -> list[str]:
    """A few agent messages after the one with this id, up to the customer's next question to them."""
    found: list[str] = []
    for message in messages:
        if message.id <= asked_id or message.role is Role.ASSISTANT:
            continue
        if message.role is Role.AGENT:
            found.append(message.text)
        elif found and question_of([message.text]) is not None:
            break
    return found[:ANSWERS_AHEAD]


def _cleaned_line(line: str, public: frozenset[str]) -> str:
    return told(mask(line, public=public), language(line), frozenset())
