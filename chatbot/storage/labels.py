"""What customers taught by their clicks: labelled utterances out of logged conversations.

Knows: the tables of conversations, messages and feedback. Does not know: who trains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, or_, select

from chatbot.choosing import chosen
from chatbot.domain import FROM_CONVERSATION, LabelledExample, Role, Route
from chatbot.storage import schema

CONVERSATION = schema.table(schema.Conversation)
MESSAGE = schema.table(schema.Message)
FEEDBACK = schema.table(schema.Feedback)
NO_ANSWER = (Route.CLARIFY, Route.FALLBACK)


def labelled_by_customers(connection: Connection) -> list[LabelledExample]:
    """Customer messages with the intent of an answer that was confirmed, in the order of the answers.

    A thumb up confirms the answer to the message before it. Choosing one of the offered questions confirms the answer
    for the message that led to the offer; the choice itself ("2", or a stored question) teaches nothing. A thumb down
    takes either back. A question back to the customer, or the fallback text, is no answer and confirms nothing.
    """
    said, offer, question = MESSAGE.alias("said"), MESSAGE.alias("offer"), MESSAGE.alias("question")
    earlier = MESSAGE.alias("earlier")
    last_said = select(func.max(earlier.c.position)).where(
        earlier.c.conversation_id == MESSAGE.c.conversation_id,
        earlier.c.role == Role.CUSTOMER.value,
        earlier.c.position < MESSAGE.c.position,
    )
    here = MESSAGE.c.conversation_id
    wanted = (
        select(
            said.c.text,
            question.c.text,
            offer.c.decision,
            MESSAGE.c.decision,
            FEEDBACK.c.helpful,
            CONVERSATION.c.lang,
        )
        .select_from(
            MESSAGE.join(CONVERSATION, here == CONVERSATION.c.id)
            .join(
                said,
                (said.c.conversation_id == here) & (said.c.position == last_said.correlate(MESSAGE).scalar_subquery()),
            )
            .outerjoin(FEEDBACK, FEEDBACK.c.message_id == MESSAGE.c.id)
            .outerjoin(
                offer,
                (offer.c.conversation_id == here)
                & (offer.c.position == said.c.position - 1)
                & (offer.c.decision["route"].as_string() == Route.CLARIFY.value),
            )
            .outerjoin(
                question,
                (question.c.conversation_id == here)
                & (question.c.position == offer.c.position - 1)
                & (question.c.role == Role.CUSTOMER.value),
            )
        )
        .where(MESSAGE.c.role == Role.ASSISTANT.value, or_(FEEDBACK.c.helpful, question.c.id.is_not(None)))
        .order_by(MESSAGE.c.id)
    )
    found = []
    for text, asked, offered, decision, helpful, lang in connection.execute(wanted):
        learned = _confirmed_text(text, asked, offered, helpful)
        if learned and decision and decision.get("intent") and decision.get("route") not in NO_ANSWER:
            found.append(LabelledExample(learned, str(decision["intent"]), lang, FROM_CONVERSATION))
    return found


def _confirmed_text(text: str, asked: str | None, offered: Mapping[str, Any] | None, helpful: bool | None) -> str:
    """The message that the answer was confirmed for; empty where it was not."""
    if helpful is False:
        return ""
    if asked is not None and offered is not None and chosen(text, offered.get("choices") or ()) is not None:
        return asked
    return text if helpful else ""
