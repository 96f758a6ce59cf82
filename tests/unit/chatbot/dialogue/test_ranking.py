"""How the intent model's view changes the scores of FAQ hits."""

from __future__ import annotations

import pytest

from chatbot.dialogue.ranking import weigh
from chatbot.domain import CustomerMessage, FaqEntry, FaqHit, IntentPrediction, IntentScore

SOMETHING_ELSE = CustomerMessage.read("something else")


def hit(key: str, score: float, intent: str | None = None, lang: str = "en") -> FaqHit:
    return FaqHit(FaqEntry(key, f"{key}?", f"{key}.", intent=intent, lang=lang), score)


def sees(in_scope: float = 0.95, **shares: float) -> IntentPrediction:
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    return IntentPrediction(tuple(IntentScore(*item) for item in ranked), in_scope)


def scores(hits: tuple[FaqHit, ...]) -> dict[str, float]:
    return {h.entry.id: h.score for h in hits}


def test_without_an_intent_model_the_retriever_decides() -> None:
    hits = (hit("a", 0.6, "x"), hit("b", 0.3, "y"))
    assert weigh(None, hits, SOMETHING_ELSE) == hits


def test_the_intent_lifts_its_entries_over_others() -> None:
    hits = (hit("a", 0.4, "x"), hit("b", 0.35, "y"))
    ordered = weigh(sees(x=0.05, y=0.9, z=0.05), hits, SOMETHING_ELSE)
    assert [h.entry.id for h in ordered] == ["b", "a"]
    assert ordered[0].score > 0.5


def test_an_out_of_scope_message_loses_score() -> None:
    hits = (hit("a", 0.5, "x"),)
    assert weigh(sees(0.05, x=0.9, y=0.1), hits, SOMETHING_ELSE)[0].score < 0.5


def test_entries_newer_than_the_model_are_not_judged_by_it() -> None:
    hits = (hit("new", 0.8, "unheard_of"), hit("none", 0.1))
    assert weigh(sees(0.05, x=1.0), hits, SOMETHING_ELSE) == hits


def test_scores_stay_probabilities_that_sum_to_at_most_one() -> None:
    hits = tuple(hit(str(n), 0.9, "x") for n in range(5))
    assert sum(h.score for h in weigh(sees(x=0.99, y=0.01), hits, SOMETHING_ELSE)) <= 1.0


def test_a_translation_stands_back_behind_the_entry_in_the_customers_language() -> None:
    hits = (hit("zh", 0.6, lang="zh"), hit("en", 0.4))
    assert scores(weigh(None, hits, SOMETHING_ELSE)) == pytest.approx({"en": 0.4, "zh": 0.2})


def test_a_translation_is_used_where_nothing_else_was_found() -> None:
    hits = (hit("zh", 0.6, lang="zh"),)
    assert weigh(None, hits, SOMETHING_ELSE) == hits


def test_what_an_entry_stores_word_for_word_is_not_doubted() -> None:
    own = FaqHit(FaqEntry("a", "A?", "A.", intent="x"), 0.99, phrasing="Flurbs, please!")
    doubtful = sees(0.02, x=0.1, y=0.9)
    assert weigh(doubtful, (own, hit("b", 0.4, "y")), CustomerMessage.read("flurbs please"))[0].score == 0.99
    assert weigh(doubtful, (own,), CustomerMessage.read("flurbs"))[0].score < 0.5
