"""What each route says: the curated answer, the choices, the guarded reply, or a plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatbot.dialogue.answers import canned, clarify, fallback, faq, generate, handoff, suggest
from chatbot.dialogue.answers.partial import Brief, PartialReply
from chatbot.dialogue.answers.phrases import PHRASES, offer_of, phrase
from chatbot.dialogue.assistant import ANSWERS
from chatbot.domain import (
    FaqHit,
    HeldBack,
    Message,
    Offer,
    ReadyReply,
    Reason,
    Role,
    Route,
    RouteDecision,
    RoutingPolicy,
)
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
    decision = RouteDecision(route, reason, 0.8, None, hits)
    return Brief(decision, lang, RoutingPolicy(), hits, lambda: history, generator)


def only(partials: object) -> PartialReply:
    (partial,) = list(partials)  # type: ignore[call-overload]
    return partial


def seen(partial: PartialReply) -> tuple[str, Route, Reason, Offer]:
    return partial.text, partial.decision.route, partial.decision.reason, partial.offer


def test_every_route_has_an_answer() -> None:
    assert set(ANSWERS) == set(Route)


def test_a_known_question_gets_the_curated_answer_word_for_word_with_its_source() -> None:
    partial = only(faq.answer(brief(Route.FAQ, Reason.CONFIDENT_MATCH, hits=HITS[:1])))
    assert seen(partial) == ("Answer a.", Route.FAQ, Reason.CONFIDENT_MATCH, Offer.NOTHING)
    assert partial.sources == HITS[:1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_choices_are_the_stored_questions_and_none_of_these(lang: str) -> None:
    partial = only(clarify.answer(brief(Route.CLARIFY, Reason.WEAK_MATCH, hits=HITS, lang=lang)))
    assert partial.choices == ("Question a?", "Question b?", PHRASES["none_of_these"][lang])
    assert partial.text == PHRASES["clarify"][lang]
    assert partial.sources == ()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_suggestion_shows_the_closest_entry_word_for_word_and_offers_the_others(lang: str) -> None:
    partial = only(suggest.answer(brief(Route.SUGGEST, Reason.CLOSEST_MATCH, hits=HITS, lang=lang)))
    assert partial.text == f"{PHRASES['suggest'][lang]}\n\nQuestion a?\n\nAnswer a."
    assert (partial.sources, partial.offer) == (HITS[:1], Offer.CLOSEST)
    assert partial.choices == ("Question b?", PHRASES["none_of_these"][lang])


def test_the_same_question_is_offered_once() -> None:
    twin = FaqHit(entry("c", question="Question a?"), 0.6)
    partial = only(clarify.answer(brief(Route.CLARIFY, Reason.WEAK_MATCH, hits=(*HITS, twin))))
    assert partial.choices == ("Question a?", "Question b?", "None of these")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_handoff_is_announced(lang: str) -> None:
    partial = only(handoff.answer(brief(Route.HANDOFF, Reason.INTENT_ROUTE, lang=lang)))
    assert (partial.text, partial.decision.route) == (PHRASES["handoff"][lang], Route.HANDOFF)


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
    partial = only(fallback.answer(brief(Route.FALLBACK, reason, lang="zh")))
    assert seen(partial) == (PHRASES[key]["zh"], Route.FALLBACK, reason, offer_of(key))


def test_a_generated_reply_grows_piece_by_piece() -> None:
    partials = list(
        generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, hits=HITS, generator=FakeGenerator(["Hi", " you"])))
    )
    assert [partial.text for partial in partials] == ["Hi", "Hi you"]
    assert {(partial.decision.route, partial.decision.reason, partial.sources) for partial in partials} == {
        (Route.GENERATE, Reason.INTENT_ROUTE, HITS)
    }


def test_the_generator_gets_the_history_and_the_language() -> None:
    generator = FakeGenerator()
    history = [Message(Role.CUSTOMER, "你好")]
    list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, lang="zh", generator=generator, history=history)))
    assert (generator.histories, generator.languages) == ([history], ["zh"])


def test_without_a_generator_the_answer_is_the_fallback() -> None:
    partial = only(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE)))
    assert seen(partial) == (PHRASES["no_match"]["en"], Route.FALLBACK, Reason.NO_MATCH, Offer.PERSON)


def test_an_unsupported_fact_replaces_what_was_shown_by_the_fallback() -> None:
    generator = FakeGenerator(["It costs ", UngroundedReply("S$3.00"), "S$3.00"])
    partials = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator)))
    assert seen(partials[-1]) == (PHRASES["no_match"]["en"], Route.FALLBACK, Reason.UNGROUNDED, Offer.PERSON)
    assert partials[-1].held_back == HeldBack("fact", "S$3.00")
    assert "3.00" not in "".join(partial.text for partial in partials)


def test_the_source_goes_on_where_the_generator_was_stopped() -> None:
    refused = UngroundedReply("S$3.00", rule="fact", instead=" It costs S$6.90.")
    generator = FakeGenerator(["Good question!", refused])
    partials = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, hits=HITS, generator=generator)))
    assert (partials[-1].text, partials[-1].decision.route) == ("Good question! It costs S$6.90.", Route.GENERATE)
    assert (partials[-1].decision.reason, partials[-1].held_back) == (Reason.REWRITTEN, HeldBack("fact", "S$3.00"))


def test_small_talk_that_needs_no_rest_stays() -> None:
    generator = FakeGenerator(["Bye!", UngroundedReply("S$3.00", enough=True)])
    partials = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator)))
    assert (partials[-1].text, partials[-1].decision.reason) == ("Bye!", Reason.REWRITTEN)
    assert partials[-1].held_back == HeldBack("fact", "S$3.00")


def test_an_unsupported_reply_to_what_may_be_known_asks_back() -> None:
    generator = FakeGenerator([UngroundedReply("S$3.00")])
    told = Brief(RouteDecision(Route.GENERATE, Reason.INTENT_ROUTE, 0.9), "en", RoutingPolicy(), HITS, list, generator)
    partial = only(generate.answer(told))
    assert (partial.decision.route, partial.decision.reason) == (Route.CLARIFY, Reason.UNGROUNDED)
    assert partial.choices == (*(hit.entry.question for hit in HITS), "None of these")


def test_when_nobody_can_write_the_answer_is_the_fallback() -> None:
    generator = FakeGenerator([GeneratorUnavailable("down")])
    partial = only(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator)))
    assert seen(partial) == (PHRASES["no_match"]["en"], Route.FALLBACK, Reason.UNAVAILABLE, Offer.PERSON)


@pytest.mark.parametrize("pieces", [[], ["", " ", "\n"]])
def test_a_generator_that_says_nothing_never_leaves_an_empty_bubble(pieces: list[str]) -> None:
    partial = only(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=FakeGenerator(pieces))))
    assert seen(partial) == (PHRASES["no_match"]["en"], Route.FALLBACK, Reason.NOTHING_SAID, Offer.PERSON)


def test_closing_the_answer_stops_the_generator() -> None:
    generator = FakeGenerator(["a", "b", "c"])
    partials = generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=generator))
    next(partials)
    partials.close()  # type: ignore[attr-defined]
    assert (generator.said, generator.stopped) == (1, True)


@pytest.mark.parametrize("key", PHRASES)
def test_every_fixed_sentence_exists_in_both_languages_and_differs(key: str) -> None:
    assert set(PHRASES[key]) == {"en", "zh"}
    assert PHRASES[key]["en"].strip()
    assert PHRASES[key]["en"] != PHRASES[key]["zh"]


def test_a_language_without_sentences_gets_english() -> None:
    assert phrase("handoff", "fr") == PHRASES["handoff"]["en"]


@pytest.mark.parametrize("key", PHRASES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_fixed_sentence_that_asks_something_is_recorded_as_asking(key: str, lang: str) -> None:
    asks = PHRASES[key][lang].endswith(("?", "？"))
    others = (Offer.NOTHING, Offer.PERSON, Offer.CHOICES, Offer.CLOSEST)
    assert offer_of(key) in ((Offer.QUESTION, Offer.CHOICES) if asks else others)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("I can pass you on to a colleague.", Offer.PERSON),
        ("需要的话，我可以帮您转接人工同事。", Offer.PERSON),
        ("Is there anything else?", Offer.QUESTION),
        ("Take care!", Offer.NOTHING),
    ],
)
def test_what_a_generated_reply_offers_is_recorded(text: str, offer: Offer) -> None:
    partials = list(generate.answer(brief(Route.GENERATE, Reason.INTENT_ROUTE, generator=FakeGenerator([text]))))
    assert partials[-1].offer is offer


def test_small_talk_offers_what_its_kind_offers() -> None:
    reply = ReadyReply("identity", "I am a digital assistant. I can pass you on if you like.", offers_person=True)
    decision = RouteDecision(Route.CANNED, Reason.SMALL_TALK, 0.8, reply=reply)
    said = only(canned.answer(Brief(decision, "en")))
    assert seen(said) == (reply.text, Route.CANNED, Reason.SMALL_TALK, Offer.PERSON)
