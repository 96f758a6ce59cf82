"""The review queue: which logged message to label next, with its context, and the labelling itself."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.bootstrap.encoders import BaseEncoder, languages_read
from chatbot.bootstrap.models import live_intent_model, serving_encoder
from chatbot.bootstrap.stores import Stores
from chatbot.dialogue.implicit_feedback import evidence, updated
from chatbot.domain import (
    OUT_OF_SCOPE,
    IntentDefinition,
    LabelAction,
    LoggedMessage,
    MessageLabel,
    Route,
)
from chatbot.domain.review import ItemDetail, QueueItem
from chatbot.errors import InputError
from chatbot.ports import Encoder, IntentModel
from chatbot.text import clean, normalise
from chatbot.types import Progress
from training.discovery.likeness import same_questions
from training.labelling.message_vectors import message_vectors
from training.labelling.queue import guesses, rank_for_review, uncertainties

POOL = 2_000
"""Maximum number of messages ranked, the newest ones; more would only make the queue slower."""
LEASE_SECONDS = 600.0
NAME_CHARS = 200
_GUESSES = 5
_AHEAD = 10
_FRESH_SECONDS = 120.0


class ReviewDesk:
    """The review queue of one home. It uses the model that is live at the time of each call."""

    def __init__(
        self, stores: Stores, base: BaseEncoder | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`base` is the encoder of the settings, if it is loaded already."""
        self._stores = stores
        self._base = base or BaseEncoder(stores.settings)
        self._clock = clock
        self._lock = threading.Lock()
        self._ahead: dict[str, tuple[float, list[QueueItem]]] = {}
        self._loaded: IntentModel | None = None
        self._encoder: Encoder | None = None

    def queue(self, by: str, *, limit: int = 20, pool: int = POOL, progress: Progress | None = None) -> list[QueueItem]:
        """The messages to label next, best first, without those leased to others."""
        review = self._stores.review
        review.collect_signals()
        logged = review.logged(limit=pool, free_for=by)
        same: dict[str, list[LoggedMessage]] = defaultdict(list)
        for message in logged:
            same[normalise(message.text) or message.text].append(message)
        firsts = [group[0] for group in same.values()]
        if not firsts:
            return []
        _, model = self._models()
        vectors = self.vectors([m.text for m in firsts], progress)
        predictions = model.predict_many([m.text for m in firsts], vectors) if model else [None] * len(firsts)
        signs = np.array([sum(evidence(m.signals) for m in group) for group in same.values()])
        groups = list(same.values())
        asked = same_questions([m.text for m in firsts], vectors, languages_read(self._stores.settings))
        frequency = asked @ np.array([float(len(group)) for group in groups])
        ranked = rank_for_review(vectors, uncertainties(predictions), signs, limit=limit, frequency=frequency)
        items = []
        for place, row in enumerate(ranked.rows.tolist()):
            alike = _alike(asked[[row]].indices.tolist(), row, groups)
            items.append(
                QueueItem(
                    firsts[row],
                    _after_feedback(guesses(predictions[row]), groups[row]),
                    alike,
                    float(ranked.value[place]),
                    float(ranked.uncertainty[place]),
                    int(ranked.frequency[place]),
                    float(ranked.negative[place]),
                )
            )
        return items

    def take(self, by: str, *, count: int = 1, progress: Progress | None = None) -> list[QueueItem]:
        """Lease the next items to this person for ten minutes, so that nobody else gets them.

        More items than asked for are ranked, so that the next one comes at once; the ranking expires after two minutes.
        """
        review = self._stores.review
        items = self._ranked_ahead(by)
        if len(items) < count:
            items = self.queue(by, limit=count + _AHEAD, progress=progress)
            with self._lock:
                self._ahead[by] = (self._clock(), items)
        got: list[QueueItem] = []
        for item in items:
            if len(got) < count and review.lease([item.message.id], by, seconds=LEASE_SECONDS):
                review.lease(item.alike, by, seconds=LEASE_SECONDS)
                got.append(item)
        return got

    def detail(self, item: QueueItem) -> ItemDetail:
        """Load the context for labelling an item."""
        encoder, model = self._models()
        nearest = model.nearest(encoder.encode_one(clean(item.message.text))) if model else ()
        said = self._stores.conversations.messages(item.message.conversation_id)
        return ItemDetail(item, nearest, tuple(said))

    def label(
        self,
        message_ids: Sequence[int],
        action: LabelAction,
        by: str,
        *,
        intent: str = "",
        route: Route = Route.FAQ,
    ) -> str:
        """Label messages; returns the id of the batch, which `undo` reverts as a whole.

        Args:
            message_ids: the messages.
            action: the kind of label.
            by: the reviewer.
            intent: the intent to confirm, correct to or create.
            route: the route of a new intent.

        Raises:
            InputError: no intent where one is needed, an unknown one, or a new one that exists.
            NotFoundError: a message does not exist.
        """
        person = clean(by)[:NAME_CHARS]
        if not person:
            raise InputError.of("no_reviewer", "Nobody is named as the one who labels. Give a name with --by.")
        wanted = clean(intent)[:NAME_CHARS]
        review = self._stores.review
        if action in (LabelAction.IGNORE, LabelAction.OUT_OF_SCOPE):
            return review.label(message_ids, None if action is LabelAction.IGNORE else OUT_OF_SCOPE, action, person)
        if not wanted or wanted == OUT_OF_SCOPE:
            raise InputError.of(
                "no_intent_named",
                "Name the intent of the message. If no intent covers it, label it out of scope.",
            )
        known = self.intents()
        if action is LabelAction.NEW_INTENT:
            if wanted in known:
                raise InputError.of(
                    "intent_exists",
                    "The intent {intent!r} exists already: label the message with it.",
                    intent=wanted,
                )
            self._stores.knowledge.apply_intents([IntentDefinition(wanted, route)])
            self._stores.audit.record(person, "new intent", {"intent": wanted, "route": route.value})
        elif wanted not in known:
            raise InputError.of(
                "no_such_intent",
                "There is no intent {intent!r}. To create it, label the message as a new intent.",
                intent=wanted,
            )
        return review.label(message_ids, wanted, action, person)

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit vectors of messages, shape (n, d), by the serving encoder."""
        encoder, _ = self._models()
        return message_vectors(texts, encoder, self._stores.settings.home / "review", progress)

    def undo(self, by: str, batch: str | None = None) -> list[MessageLabel]:
        """Revert the last batch of this person, or a given one. Raises NotFoundError."""
        with self._lock:
            self._ahead.clear()
        return self._stores.review.undo(by, batch)

    def release(self, by: str) -> None:
        """Release the leases of this person."""
        self._stores.review.release(by)

    def intents(self) -> list[str]:
        """Every intent that a message can be labelled with, in alphabetical order."""
        knowledge = self._stores.knowledge
        named = {definition.intent for definition in knowledge.intents()}
        named |= {example.intent for example in knowledge.examples()}
        named |= {entry.intent for entry in knowledge.entries() if entry.intent}
        named |= set(self._loaded.intents) if self._loaded is not None else set()
        return sorted(named - {OUT_OF_SCOPE, ""})

    def _ranked_ahead(self, by: str) -> list[QueueItem]:
        """Items recently ranked for this person that are neither labelled nor leased to somebody else."""
        with self._lock:
            ranked, items = self._ahead.get(by, (-_FRESH_SECONDS, []))
        if not items or self._clock() - ranked > _FRESH_SECONDS:
            return []
        wanted = [item.message.id for item in items]
        free = {m.id for m in self._stores.review.logged(limit=len(wanted), ids=wanted, free_for=by)}
        return [item for item in items if item.message.id in free]

    def _models(self) -> tuple[Encoder, IntentModel | None]:
        version = self._stores.registry.live("intent")
        if self._encoder is None or version != (self._loaded.version if self._loaded else None):
            self._encoder = serving_encoder(self._stores, self._base, previous=self._encoder)
            self._loaded = live_intent_model(self._stores, self._encoder, None)
        return self._encoder, self._loaded


def _alike(near: Sequence[int], row: int, groups: Sequence[Sequence[LoggedMessage]]) -> tuple[int, ...]:
    own = [message.id for message in groups[row]]
    return (*own, *(message.id for other in near if other != row for message in groups[other]))


def _after_feedback(known: list[tuple[str, float]], group: Sequence[LoggedMessage]) -> tuple[tuple[str, float], ...]:
    """Update the guesses with the implicit feedback on the answers' intents; probabilities sum to 1."""
    said: dict[str, list[Any]] = defaultdict(list)
    for message in group:
        for signal in message.signals:
            if signal.intent:
                said[signal.intent].append(signal)
    shares = dict(known)
    for intent, signals in said.items():
        shares[intent] = updated(shares.get(intent, 0.0), signals)
    total = sum(shares.values()) or 1.0
    best = sorted(shares.items(), key=lambda guess: -guess[1])[:_GUESSES]
    return tuple((intent, share / total) for intent, share in best)
