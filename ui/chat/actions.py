"""What the customer's page does, as plain functions.

A conversation id that comes from a page counts only if the conversation belongs to the visitor.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from chatbot.domain import Conversation, Message, Reply, Role, Route
from chatbot.domain.handoffs import Handoff
from chatbot.errors import BusyError, ChatbotError, InputError, NotFoundError
from chatbot.text import clean
from ui.catalogue import CatalogueReader
from ui.chat import present
from ui.chat.present import Bubble
from ui.services import Services
from ui.wording.words import Words

_LOG = logging.getLogger(__name__)
_HISTORY = 30
_SHOWN = 200
WAITING_SECONDS = 3.0
"""How often a page looks for words of a colleague while its conversation waits."""
SETTLED_SECONDS = 15.0
"""The same after it was settled: somebody may have something to add."""
_SETTLED_FOR = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ChatView:
    """What the page shows of one conversation; `conversation_id` is empty for a chat without messages."""

    conversation_id: str = ""
    bubbles: tuple[Bubble, ...] = ()
    thumbs: tuple[str | None, ...] = ()
    handoff: Handoff | None = None

    @property
    def mark(self) -> str:
        """Changes with everything that may appear by itself."""
        return mark(self.handoff)


def mark(handoff: Handoff | None) -> str:
    """Changes with every message and with who answers, in a conversation that was passed on."""
    if handoff is None:
        return ""
    return f"{handoff.conversation.message_count} {handoff.settled_at or ''} {handoff.conversation.held_by}"


def follow_seconds(handoff: Handoff | None) -> float:
    """After how many seconds a page looks again whether a colleague has written; 0 where nobody will."""
    if handoff is None:
        return 0.0
    if handoff.settled_at is None:
        return WAITING_SECONDS
    return SETTLED_SECONDS if dt.datetime.now(dt.UTC) - handoff.settled_at < _SETTLED_FOR else 0.0


def standing(services: Services, visitor: str, conversation_id: str) -> Handoff | None:
    """Where the visitor's conversation stands; None unless it was passed on to a person."""
    found = services.inbox.handoffs.of(conversation_id) if conversation_id else None
    return found if found is not None and found.conversation.visitor_id == visitor else None


def owned(services: Services, visitor: str, conversation_id: str) -> Conversation | None:
    """The conversation if it exists and is the visitor's."""
    if not conversation_id:
        return None
    try:
        found = services.conversations.get(conversation_id)
    except NotFoundError:
        return None
    return found if found.visitor_id == visitor else None


def history(services: Services, visitor: str) -> list[Conversation]:
    """The visitor's conversations, newest first."""
    return services.conversations.of_visitor(visitor, limit=_HISTORY)


def view(services: Services, catalogue: CatalogueReader, visitor: str, conversation_id: str, say: Words) -> ChatView:
    """A conversation of the visitor as stored, or an empty chat."""
    conversation = owned(services, visitor, conversation_id)
    return ChatView() if conversation is None else _stored_view(services, catalogue, conversation, say)


def _stored_view(services: Services, catalogue: CatalogueReader, conversation: Conversation, say: Words) -> ChatView:
    # Where it stands is read first: after a message that comes in between the page is drawn again, not left behind.
    handoff = services.inbox.handoffs.of(conversation.id)
    return _view_of(catalogue, _messages(services, conversation.id), say, handoff)


def _view_of(
    catalogue: CatalogueReader, messages: Sequence[Message], say: Words, handoff: Handoff | None = None
) -> ChatView:
    bubbles = present.bubbles(messages, catalogue.current().questions, say)
    return ChatView(messages[0].conversation_id, tuple(bubbles), tuple(present.thumbs(messages)), handoff)


def check_message(services: Services, text: str, say: Words) -> None:
    """Raises InputError, in the page's language, for a message without visible signs or over the limit."""
    if not clean(text):
        raise InputError(say("empty"))
    limit = services.settings.max_message_chars
    if len(text) > limit:
        raise InputError(say("too_long", length=len(text), limit=limit))


def send(
    services: Services,
    catalogue: CatalogueReader,
    visitor: str,
    conversation_id: str,
    text: str,
    say: Words,
    stopped: Callable[[], bool] = lambda: False,
) -> Generator[ChatView, None, None]:
    """Send a message and follow its reply until it ends or `stopped` says so; the last view is what is stored.

    Raises:
        InputError: the message is empty or too long, or the one before is not answered yet; nothing is stored.
        ChatbotError: the message could not be stored.
    """
    check_message(services, text, say)
    conversation = owned(services, visitor, conversation_id)
    earlier = _messages(services, conversation.id) if conversation is not None else []
    before = _view_of(catalogue, earlier, say) if earlier else ChatView(conversation_id)
    asked = [*({**bubble, "options": []} for bubble in before.bubbles), present.customer_bubble(text)]
    yield ChatView(conversation_id, tuple(asked), before.thumbs)
    reply: Reply | None = None
    try:
        if conversation is None:
            conversation = services.assistant.start(visitor, say.lang)
        with closing(services.assistant.stream(conversation, text, earlier=earlier)) as parts:
            for part in parts:
                reply = part.reply
                if reply is None and part.text:
                    growing = present.growing_bubble(part.text)
                    yield ChatView(conversation.id, (*asked, growing), before.thumbs)
                if stopped():
                    break
    except BusyError as error:
        raise InputError(say("busy")) from error
    except ChatbotError as error:
        _LOG.warning("a message could not be stored: %s", error)
        raise ChatbotError(say("not_kept")) from error
    if reply is None or conversation.passed_on or reply.route is Route.HANDOFF:
        yield _stored_view(services, catalogue, conversation, say)
        return
    # Nothing but this reply is new, so that nothing has to be read again.
    said = Message(Role.CUSTOMER, clean(text), conversation_id=conversation.id)
    yield _view_of(catalogue, [*earlier, said, reply.message], say)


def rate(services: Services, visitor: str, conversation_id: str, place: int, helpful: bool, reason: str = "") -> None:
    """Store a thumb, and why, for the message at that place of the conversation as shown; a later one replaces it.

    Raises:
        NotFoundError: there is no answer at that place, or the conversation is not the visitor's.
    """
    messages = _messages(services, conversation_id) if owned(services, visitor, conversation_id) else []
    if not 0 <= place < len(messages) or messages[place].role is Role.CUSTOMER:
        raise NotFoundError("That message cannot be rated: it is not part of this conversation. Reload the page.")
    services.conversations.add_feedback(messages[place].id, visitor, helpful, reason)


def _messages(services: Services, conversation_id: str) -> list[Message]:
    return services.conversations.messages(conversation_id, last=_SHOWN)
