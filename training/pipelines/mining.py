"""Mines the stored conversations of a home for drafts."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.bootstrap.application import build_index, default_policy
from chatbot.bootstrap.encoders import BaseEncoder, languages_read
from chatbot.bootstrap.models import live_intent_model, serving_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.ranking import WeighedRetriever
from chatbot.domain import FaqEntry, Role
from chatbot.domain.drafts import DraftStatus
from chatbot.errors import TrainingError
from chatbot.pii import public_data
from chatbot.text import normalise
from chatbot.types import Encode, Progress
from training.discovery.agent_answers import masked_chat
from training.discovery.exchanges import Exchange, exchanges
from training.discovery.faq_proposals import MIN_CONVERSATIONS, Knowing, Mined, mine_drafts

_PAGE = 200


def mine_conversations(
    stores: Stores,
    *,
    min_conversations: int = MIN_CONVERSATIONS,
    progress: Progress | None = None,
) -> Mined:
    """Propose drafts from every conversation with answers by agents, replacing open drafts that nobody has edited.

    Raises:
        TrainingError: there is no such conversation.
    """
    if progress:
        progress("gather", 0.0)
    found = list(logged_exchanges(stores))
    if not found:
        raise TrainingError.of(
            "no_answered_conversations",
            "There are no conversations in which people answered. Import some: chatbot transcripts import FILE",
        )
    encoder = serving_encoder(stores, BaseEncoder(stores.settings))
    encode: dict[str, Encode] = dict.fromkeys(languages_read(stores.settings), encoder.encode)
    retriever = build_index(stores, encoder)
    search = WeighedRetriever(retriever, live_intent_model(stores, encoder, None)) if retriever else None
    threshold = default_policy(stores).min_answer

    def answering(question: str) -> FaqEntry | None:
        hits = search.search(question, encoder.encode_one(question), limit=1) if search else ()
        return hits[0].entry if hits and hits[0].score >= threshold else None

    known = [example.text for example in stores.knowledge.examples()]
    known += [phrasing for entry in stores.knowledge.entries() for phrasing in entry.phrasings]
    decided = [
        said
        for draft in stores.drafts.drafts(status=None)
        if draft.status is not DraftStatus.OPEN or draft.edited
        for said in (draft.question, *draft.variants, *(question for _, question in draft.evidence.samples))
    ]
    knowing = Knowing(answering, frozenset(map(normalise, known)), frozenset(map(normalise, decided)))
    mined = mine_drafts(found, encode, knowing, min_conversations=min_conversations, progress=progress)
    stores.drafts.propose(mined.drafts)
    return mined


def logged_exchanges(stores: Stores) -> Iterator[Exchange]:
    """The exchanges with agents in all stored conversations. Live chats are masked here, imported ones already are."""
    public = public_data(entry.answer for entry in stores.knowledge.entries())
    for offset in range(0, stores.conversations.count(), _PAGE):
        for conversation in stores.conversations.list(limit=_PAGE, offset=offset):
            said = stores.conversations.messages(conversation.id)
            if conversation.origin != "import":
                by_people = any(message.role is Role.AGENT for message in said)
                said = list(masked_chat(said, public=public)) if by_people else []
            yield from exchanges(conversation.id, said)
