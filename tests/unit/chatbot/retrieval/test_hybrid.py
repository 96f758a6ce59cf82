"""The order of hits, the best phrasing of an entry, and questions asked word for word."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.domain import FaqEntry
from chatbot.retrieval.exact import ExactIndex
from chatbot.retrieval.fingerprint import digests_of
from chatbot.retrieval.fusion import Fusion
from chatbot.retrieval.hybrid import WORD_FOR_WORD, HybridRetriever, Layer, strongest
from chatbot.retrieval.lexical import LexicalIndex
from chatbot.retrieval.phrasings import AnswerField, Phrasings
from chatbot.retrieval.probes import GRADES, probes
from chatbot.text import language
from support.fakes.retrieval import ENGLISH, HashingEncoder, entry

ENCODER = HashingEncoder()
ZERO = dict.fromkeys(("en", "zh"), np.zeros(HashingEncoder.dimension, np.float32))
UNSURE = Fusion(dense=1.0, lexical=1.0, offset=-9.0)


def retriever(entries: tuple = ENGLISH, fusion: Fusion = UNSURE, *, answers: bool = False) -> HybridRetriever:
    texts = [phrasing for e in entries for phrasing in e.phrasings]
    index = ExactIndex(ENCODER.encode(texts))
    field = AnswerField(ENCODER.encode([e.answer for e in entries]), ZERO) if answers else None
    base = Phrasings([len(e.phrasings) for e in entries], LexicalIndex.build(texts), index, ZERO, field)
    layer = Layer(base, entries, digests_of(entries))
    return HybridRetriever("f", "hashing", (layer,), {"en": fusion, "zh": fusion})


def test_the_strongest_come_first_and_equals_in_their_order() -> None:
    values = np.array([1.0, 3.0, 2.0, 3.0, 0.0])
    assert strongest(values, 3).tolist() == [1, 3, 2]
    assert strongest(values, 9).tolist() == [1, 3, 2, 0, 4]
    assert strongest(values, 2, first=3).tolist() == [3, 1]


def test_the_hit_shows_the_phrasing_that_matched_and_both_raw_scores() -> None:
    query = "delivery time of an order"
    hit = retriever().search(query, ENCODER.encode_one(query))[0]
    assert hit.entry.id == "e2"
    assert hit.phrasing == "delivery time of my order"
    assert 0.5 < hit.dense <= 1.0
    assert 0.5 < hit.lexical <= 1.0


def test_a_question_asked_word_for_word_is_certain_whatever_was_learned() -> None:
    query = "  DO you repair OLD chairs "
    hits = retriever().search(query, ENCODER.encode_one(query))
    assert hits[0].entry.id == "e5"
    assert hits[0].score >= WORD_FOR_WORD
    assert hits[1].score < 0.5


def test_a_phrasing_that_two_entries_store_is_not_certain() -> None:
    twins = (entry(1, "Opening hours", "when open"), entry(2, "Shop hours", "opening hours?"), *ENGLISH[2:])
    hits = retriever(twins).search("Opening hours", ENCODER.encode_one("Opening hours"))
    assert hits[0].score == pytest.approx(hits[1].score)
    assert hits[0].score < 0.5


def test_no_limit_no_hits() -> None:
    assert retriever().search("chair", ENCODER.encode_one("chair"), limit=0) == ()


def test_probes_are_whole_rows_of_different_sentences_in_their_language() -> None:
    for lang in ("en", "zh"):
        rows = probes(lang)
        assert all(len(row) == 1 + len(GRADES) for row in rows)
        sentences = [sentence for row in rows for sentence in row]
        assert len(set(sentences)) == len(sentences)
        assert {language(sentence) for sentence in sentences} == {lang}
    assert len(probes("en")) == len(probes("zh"))


def test_a_terse_question_is_found_by_its_answer() -> None:
    terse = (
        FaqEntry("a", "Shipping", "Our parcels travel with a courier to Canada and Norway within five days."),
        FaqEntry("b", "Billing", "Invoices are sent by mail once the order has been paid."),
    )
    query = "which courier brings parcels to canada"
    told = retriever(terse, answers=True).search(query, ENCODER.encode_one(query))
    assert told[0].entry.id == "a"
    assert told[0].answer_part > 0.1
    untold = retriever(terse).search(query, ENCODER.encode_one(query))
    assert told[0].score > next(hit.score for hit in untold if hit.entry.id == "a")


def test_answers_count_nothing_beside_a_question_that_matches() -> None:
    fusion = Fusion(dense=2.0, lexical=1.0)
    assert fusion.answer_weight(3.0) == 0.0
    assert fusion.answer_weight(0.0) > fusion.answer_weight(1.5) > 0.0
    assert Fusion(dense=0.0, lexical=1.0).answer_weight(0.0) == 0.0
