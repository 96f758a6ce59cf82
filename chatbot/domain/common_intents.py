"""The common intents: what customers of any business say, whatever its FAQ is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CommonIntent(StrEnum):
    """What a message is, in any business; `data/common_intents/README.md` says what belongs to each."""

    GREETING = "greeting"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    PRAISE = "praise"
    SMALLTALK = "smalltalk"
    BOT = "bot"
    """Asks whether it talks with a program."""
    COMPLAINT = "complaint"
    INSULT = "insult"
    PERSON = "person"
    """Wants a person."""
    NO_PERSON = "no_person"
    """Expressly wants none."""
    ACTION = "action"
    """Wants something done."""
    OWN_CASE = "own_case"
    """Asks about an order, booking or account of its own."""
    OUT_OF_SCOPE = "out_of_scope"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class CommonReading:
    """What the model of common intents says of one message."""

    probabilities: Mapping[CommonIntent, float]
    """Calibrated; they add up to 1."""
    needed: Mapping[CommonIntent, float] = field(default_factory=dict)
    """From which probability an intent counts, in the language of the message; those that never count are missing."""

    @property
    def best(self) -> CommonIntent:
        """The most probable intent."""
        return max(self.probabilities, key=self.probabilities.__getitem__)

    def counts(self, intent: CommonIntent) -> bool:
        """Whether an intent is probable enough to be acted upon."""
        return intent in self.needed and self.probabilities[intent] >= self.needed[intent]
