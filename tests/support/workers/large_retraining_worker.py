"""A process that labels many logged messages and retrains on them; prints seconds and memory as JSON.

The vectors are synthetic, near a centre for each intent: everything but encoding is measured.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import resource
import sys
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from chatbot.bootstrap.stores import Stores, open_stores
from chatbot.domain import LabelledExample
from chatbot.settings import load_settings
from chatbot.storage.schema import learning, tables
from training.intent.config import IntentTrainingConfig
from training.pipelines.intent import train_intent_model

INTENTS, DIMENSION = 60, 384


class MadeUpEncoder:
    """Unit vectors near the centre of a text's intent."""

    id, dimension = "made up", DIMENSION

    def __init__(self, intents: dict[str, int]) -> None:
        self._intents = intents
        self._rng = np.random.default_rng(1)
        self._centres = self._rng.normal(size=(INTENTS, DIMENSION))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        made = self._rng.normal(size=(len(texts), DIMENSION))
        made += 0.35 * self._centres[[self._intents.get(text, 0) for text in texts]]
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)

    def encode_one(self, text: str) -> NDArray[np.float32]:
        return self.encode([text])[0]


def made_up(count: int) -> dict[str, int]:
    """Texts with different words, with their intents."""
    dice = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = [f"{a}o{b}a{c}" for a in letters for b in letters for c in letters[:6]]
    own = [dice.sample(vocabulary, 40) for _ in range(INTENTS)]
    found: dict[str, int] = {}
    while len(found) < count:
        intent = dice.randrange(INTENTS)
        found[" ".join([*dice.sample(own[intent], 4), *dice.sample(vocabulary, 5)])] = intent
    return found


def fill(stores: Stores, intents: dict[str, int]) -> None:
    """Log and label all messages, each in its own conversation."""
    now = dt.datetime.now(dt.UTC)
    said = list(enumerate(intents.items(), start=1))
    begun = {"visitor_id": "somebody", "lang": "en", "origin": "chat", "started_at": now}
    written = {"position": 1, "role": "customer", "created_at": now}
    labelled = {"batch": "b", "action": "correct", "labelled_by": "ann", "labelled_at": now}
    with stores.database.write() as connection:
        connection.execute(
            insert(tables.table(tables.Conversation)), [{"id": f"c{number}", **begun} for number, _ in said]
        )
        connection.execute(
            insert(tables.table(tables.Message)),
            [{"id": number, "conversation_id": f"c{number}", "text": text, **written} for number, (text, _) in said],
        )
        connection.execute(
            insert(tables.table(learning.Label)),
            [{"message_id": number, "intent": f"intent {intent}", **labelled} for number, (_, intent) in said],
        )


def main() -> None:
    """Fill a home, retrain, and print the figures."""
    intents = made_up(int(sys.argv[1]))
    stores = open_stores(load_settings())
    fill(stores, intents)
    seed = [LabelledExample(f"seed {n} of {name}", f"intent {name}") for name in range(INTENTS) for n in ("a", "b")]
    started, worked = time.perf_counter(), time.process_time()
    done = train_intent_model(
        stores,
        MadeUpEncoder(intents),
        config=IntentTrainingConfig(mode="fast"),
        examples=seed,
        from_conversations=True,
    )
    found = {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - worked,
        "note": done.notes[0],
        "examples": done.metrics["examples"],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
