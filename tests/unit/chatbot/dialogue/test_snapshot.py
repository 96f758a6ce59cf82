"""The score that an answer needs: the team's tolerance decides where no intent model does."""

from __future__ import annotations

import pytest

from chatbot.dialogue.snapshot import Snapshot
from chatbot.domain import RoutingPolicy
from chatbot.ports import IntentModel
from chatbot.text import language
from support.fakes.core import FakeEncoder, FakeIntentModel, FakeRetriever


class Strict(FakeRetriever):
    """Needs more of Chinese answers, and the more the less is tolerated."""

    def answer_from(self, lang: str, tolerated_wrong: float) -> float:
        return (0.9 if lang == "zh" else 0.6) - tolerated_wrong


def snapshot(intents: IntentModel | None, tolerated: float | None) -> Snapshot:
    return Snapshot(FakeEncoder(), intents, Strict(), None, RoutingPolicy(), tolerated)


@pytest.mark.parametrize(("text", "needed"), [("Where is it?", 0.55), ("在哪里？", 0.85)])
def test_without_an_intent_model_the_tolerance_decides_by_language(text: str, needed: float) -> None:
    policy = snapshot(None, 0.05).policy_for(language(text))
    assert policy.min_answer == pytest.approx(needed)
    assert policy.min_answer_unjudged == pytest.approx(max(0.75, needed))


def test_a_tolerance_never_makes_the_policy_laxer() -> None:
    assert snapshot(None, 0.4).policy_for("en").min_answer == RoutingPolicy().min_answer


def test_with_an_intent_model_or_without_a_tolerance_the_policy_stays() -> None:
    assert snapshot(FakeIntentModel(), 0.05).policy_for("zh") == RoutingPolicy()
    assert snapshot(None, None).policy_for("zh") == RoutingPolicy()
