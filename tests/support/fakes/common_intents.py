"""A model of common intents that says what it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field

from chatbot.domain import CommonIntent, CommonReading

P = CommonIntent
NEEDED = {intent: 0.5 for intent in P if intent not in (P.QUESTION, P.OUT_OF_SCOPE)} | {P.PERSON: 0.35}


@dataclass
class FakeCommonIntents:
    """Says the same of every message: the intent with its share, the second with the rest."""

    intent: CommonIntent
    share: float = 0.9
    second: CommonIntent = P.QUESTION
    version: str = "fake-common-1"
    asked: list[str] = field(default_factory=list)

    def read(self, text: str) -> CommonReading:
        self.asked.append(text)
        shares = dict.fromkeys(P, 0.0) | {self.second: 1.0 - self.share, self.intent: self.share}
        return CommonReading(shares, NEEDED)
