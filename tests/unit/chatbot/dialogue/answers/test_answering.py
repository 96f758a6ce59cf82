"""What each route says: the curated answer, the choices, the guarded reply, or a plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatbot.dialogue.answers import clarify, fallback, faq, generate, handoff
from chatbot.dialogue.answers.partial import Brief, Draft
from chatbot.dialogue.answers.phrases import PHRASES, is_phrase, phrase
from chatbot.dialogue.assistant import ANSWERERS
from chatbot.domain import FaqHit, Message, Reason, Role, Route, RouteDecision
from chatbot.errors import GeneratorUnavailable, UngroundedReply
from support.fakes.core import FakeGenerator, entry

HITS = (FaqHit(entry("a"), 0.8), FaqHit(entry("b"), 0.7))


def brief(
    route: Route,
    reason: Reason,
    *,
    hits: tuple[FaqHit, ...] = (),
    lang: str = "en",
    generator: FakeGenerator | None = None,
    history: Sequence[Message] = (),
) -> Brief:
    return Brief(RouteDecision(route, reason, 0.8, None, hits), lang, hits, lambda: history, generator)


def only(drafts: object) -> Draft:
    (draft,) = list(drafts)  # type: ignore[call-overload]
    return draft


def test_every_route_has_an_answerer() -> None:
    assert set(ANSWERERS) == set(Route)


def test_a_known_question_gets_the_curated_answer_word_for_word_with_its_source() -> None:
    draft = only(faq.answer(brief(Route.FAQ, Reason.CONFIDENT_MATCH, hits=HITS)))
    assert draft == Draft("Answer a.", Route.FAQ, Reason.CONFIDENT_MATCH, HITS[:1])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_choices_are_the_stored_questions_and_none_of_these(lang: str) -> None:
    draft = only(clarify.answer(brief(Route.CLARIFY, Reason.WEAK_MATCH, hits=HITS, lang=lang)))
    assert draft.choices == ("Question a?", "Question b?", PHRASES["none_of_these"][lang])
    assert draft.text == PHRASES["clarify"][lang]
    assert draft.sources == ()


def test_the_same_question_is_offered_once() -> None:
    twin = FaqHit(entry("c", question="Question a?"), 0.6)
    draft = only(clarify.answer(brief(Route.CLARIFY, Reason.WEAK_MATCH, hits=(*HITS, twin))))
    assert draft.choices == ("Question a?", "Question b?", "None of these")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_handoff_is_announced(lang: str) -> None:
    draft = only(handoff.answer(brief(Route.HANDOFF, Reason.INTENT_ROUTE, lang=lang)))
    assert (draft.text, draft.route) == (PHRASES["handoff"][lang], Route.HANDOFF)


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        (Reason.OUT_OF_SCOPE, "out_of_scope"),
        (Reason.EMPTY_KNOWLEDGE, "empty_knowledge"),
        (Reason.NO_MATCH, "no_match"),
        (Reason.LOW_CONFIDENCE, "no_match"),
        (Reason.AMBIGUOUS_INTENT, "no_match"),
    ],
)
def test_a_fallback_says_why_as_far_as_it_matters(reason: Reason, key: str) -> None:
    draft = only(fallback.answer(brief(Route.FALLBACK, reason, lang="zh")))
    assert draft == Draft(PHRASES[key]["zh"], Route.FALLBACK, reason)


def test_a_generated_reply_grows_piece_by_piece() -> None:
    drafts = list(
        generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, hits=HITS, generator=FakeGenerator(["Hi", " you"])))
    )
    assert [draft.text for draft in drafts] == ["Hi", "Hi you"]
    assert {(draft.route, draft.reason, draft.sources) for draft in drafts} == {
        (Route.GENERATE, Reason.INTENT_ROUTE, HITS)
    }


def test_the_generator_gets_the_history_and_the_language() -> None:
    generator = FakeGenerator()
    history = [Message(Role.CUSTOMER, "你好")]
    list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, lang="zh", generator=generator, history=history)))
    assert (generator.histories, generator.languages) == ([history], ["zh"])


def test_without_a_generator_the_answer_is_the_fallback() -> None:
    draft = only(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE)))
    assert draft == Draft(PHRASES["no_match"]["en"], Route.FALLBACK, Reason.NO_MATCH)


def test_an_unsupported_fact_replaces_what_was_shown_by_the_fallback() -> None:
    generator = FakeGenerator(["It costs ", UngroundedReply("S$3.00"), "S$3.00"])
    drafts = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator)))
    assert drafts[-1] == Draft(
        PHRASES["no_match"]["en"], Route.FALLBACK, Reason.UNGROUNDED, held_back=("fact", "S$3.00")
    )
    assert "3.00" not in "".join(draft.text for draft in drafts)


def test_the_source_goes_on_where_the_generator_was_stopped() -> None:
    refused = UngroundedReply("S$3.00", rule="fact", instead=" It costs S$6.90.")
    generator = FakeGenerator(["Good question!", refused])
    drafts = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, hits=HITS, generator=generator)))
    assert (drafts[-1].text, drafts[-1].route) == ("Good question! It costs S$6.90.", Route.GENERATE)
    assert (drafts[-1].reason, drafts[-1].held_back) == (Reason.REWRITTEN, ("fact", "S$3.00"))


def test_small_talk_that_needs_no_rest_stays() -> None:
    generator = FakeGenerator(["Bye!", UngroundedReply("S$3.00", enough=True)])
    drafts = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator)))
    assert (drafts[-1].text, drafts[-1].reason, drafts[-1].held_back) == ("Bye!", Reason.REWRITTEN, ("fact", "S$3.00"))


def test_an_unsupported_reply_to_what_may_be_known_asks_back() -> None:
    generator = FakeGenerator([UngroundedReply("S$3.00")])
    told = Brief(RouteDecision(Route.GENERATE, Reason.INTENT_ROUTE, 0.9), "en", HITS, list, generator)
    draft = only(generate.answer(told))
    assert (draft.route, draft.reason) == (Route.CLARIFY, Reason.UNGROUNDED)
    assert draft.choices == (*(hit.entry.question for hit in HITS), "None of these")


def test_when_nobody_can_write_the_answer_is_the_fallback() -> None:
    generator = FakeGenerator([GeneratorUnavailable("down")])
    draft = only(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator)))
    assert draft == Draft(PHRASES["no_match"]["en"], Route.FALLBACK, Reason.UNAVAILABLE)


@pytest.mark.parametrize("pieces", [[], ["", " ", "\n"]])
def test_a_generator_that_says_nothing_never_leaves_an_empty_bubble(pieces: list[str]) -> None:
    draft = only(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=FakeGenerator(pieces))))
    assert draft == Draft(PHRASES["no_match"]["en"], Route.FALLBACK, Reason.NOTHING_SAID)


def test_closing_the_answer_stops_the_generator() -> None:
    generator = FakeGenerator(["a", "b", "c"])
    drafts = generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator))
    next(drafts)
    drafts.close()  # type: ignore[attr-defined]
    assert (generator.said, generator.stopped) == (1, True)


@pytest.mark.parametrize("key", PHRASES)
def test_every_fixed_sentence_exists_in_both_languages_and_differs(key: str) -> None:
    assert set(PHRASES[key]) == {"en", "zh"}
    assert PHRASES[key]["en"].strip()
    assert PHRASES[key]["en"] != PHRASES[key]["zh"]


def test_a_language_without_sentences_gets_english() -> None:
    assert phrase("handoff", "fr") == PHRASES["handoff"]["en"]


def test_a_fixed_sentence_is_known_in_any_language() -> None:
    assert is_phrase("none_of_these", "都不是")
    assert is_phrase("none_of_these", "None of these")
    assert not is_phrase("none_of_these", "none of your business")
