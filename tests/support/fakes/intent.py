"""Synthetic labelled utterances: enough to train a real intent model in a second."""

from __future__ import annotations

import itertools

from chatbot.domain import OUT_OF_SCOPE, LabelledExample

_OPENINGS = ("please", "hello", "hi there", "can you help me", "i need to know", "quick question", "sorry", "good day")
_TOPICS = {
    "cancel_order": ("cancel my order", "stop the order i placed", "i changed my mind about the order", "call it off"),
    "track_parcel": ("where is my parcel", "track the parcel", "the parcel has not arrived", "when does delivery come"),
    "refund": ("i want my money back", "refund the jacket", "how long does a refund take", "money not returned yet"),
    "invoice": ("send me the invoice", "i need a receipt for taxes", "the bill is missing", "invoice has a wrong name"),
    "reset_password": ("i forgot my password", "cannot log in", "reset the login", "my account is locked"),
}
_ELSEWHERE = (
    "who won the match", "tell me a joke", "what is the weather", "sing a song", "how old are you", "is it raining",
    "what is the capital of peru", "do you like cheese", "solve this equation", "recommend a film", "translate hello",
    "play some music", "who is the president", "what day is it", "draw a cat", "how tall is everest",
)  # fmt: skip


def examples(per_intent: int = 16, intents: int = 5, oos: int = 0) -> list[LabelledExample]:
    """Distinct utterances: up to 32 for each of up to five intents, and up to 128 out of scope."""
    found = []
    for intent in list(_TOPICS)[:intents]:
        said = itertools.product(_OPENINGS, _TOPICS[intent])
        found += [
            LabelledExample(f"{opening} {topic}", intent) for opening, topic in itertools.islice(said, per_intent)
        ]
    elsewhere = (f"{opening} {topic}" for opening, topic in itertools.product(_OPENINGS, _ELSEWHERE))
    return found + [LabelledExample(text, OUT_OF_SCOPE) for text in itertools.islice(elsewhere, oos)]
