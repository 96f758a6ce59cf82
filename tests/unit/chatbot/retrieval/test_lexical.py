"""BM25 as a similarity, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chatbot.retrieval.lexical import PHRASING_SHARE, SATURATION, LexicalIndex

ONCE = math.log(1 + 1.5 / 1.5)  # rarity of a feature in one of two phrasings: ln(1 + (2 - 1 + 0.5) / (1 + 0.5))
TWICE = math.log(1 + 0.5 / 2.5)  # in both
UNSEEN = math.log(1 + 2.5 / 0.5)  # in neither


def tversky(shared: float, asked: float, stored: float) -> float:
    return shared / (PHRASING_SHARE * stored + (1 - PHRASING_SHARE) * asked)


def test_a_shared_word_counts_by_its_rarity_with_its_four_grams() -> None:
    index = LexicalIndex.build(["red lamp", "blue lamp"])
    # "red" has the 4-grams " red" and "red "; "lamp" and "blue" have three each.
    lamp, red, blue = 4 * TWICE, 3 * ONCE, 4 * ONCE
    assert index.scores("lamp") == pytest.approx([tversky(lamp, lamp, red + lamp), tversky(lamp, lamp, blue + lamp)])
    assert index.scores("red") == pytest.approx([tversky(red, red, red + lamp), 0.0])


def test_a_word_that_no_phrasing_has_lowers_every_score() -> None:
    index = LexicalIndex.build(["red lamp", "blue lamp"])
    lamp, green = 4 * TWICE, 6 * UNSEEN - UNSEEN  # "green" and its four 4-grams
    expected = tversky(lamp, lamp + green, 3 * ONCE + lamp)
    assert index.scores("green lamp")[0] == pytest.approx(expected)


def test_a_repeated_word_saturates() -> None:
    index = LexicalIndex.build(["go go", "stay"])
    gained = 2 * (SATURATION + 1) / (2 + SATURATION)
    go = ONCE * (1 + 2)  # the word, " go " is its only 4-gram; both occur twice
    asked = ONCE * 2
    assert go > asked
    expected = min(1.0, tversky(asked * gained, asked, asked * gained))
    assert index.scores("go")[0] == pytest.approx(expected)


def test_chinese_characters_count_fully_and_pairs_a_little() -> None:
    index = LexicalIndex.build(["退款", "发货"])
    whole = 2 * ONCE + 0.1 * ONCE
    assert index.scores("退款")[0] == pytest.approx(1.0)
    assert index.scores("款退")[0] == pytest.approx(tversky(2 * ONCE, 2 * ONCE + 0.1 * UNSEEN, whole))
    assert index.scores("退")[0] == pytest.approx(tversky(ONCE, ONCE, whole))


def test_rarity_of_a_word_does_not_depend_on_phrasings_of_the_other_script() -> None:
    alone = LexicalIndex.build(["red lamp", "blue lamp"])
    mixed = LexicalIndex.build(["red lamp", "blue lamp", "退款", "发货", "台灯"])
    assert mixed.scores("lamp")[:2] == pytest.approx(alone.scores("lamp"))


@pytest.mark.parametrize("typo", ["delivvery time", "delivery tme", "DELIVERY TIMES", "deliveries time"])
def test_typing_errors_and_endings_still_find_the_phrasing(typo: str) -> None:
    index = LexicalIndex.build(["delivery time", "payment by card", "return a parcel"])
    scores = index.scores(typo)
    assert int(np.argmax(scores)) == 0
    assert scores[0] > 0.3


@pytest.mark.parametrize("query", ["", "  ", "?!", "👍"])
def test_a_query_without_words_matches_nothing(query: str) -> None:
    assert LexicalIndex.build(["red lamp", "发货"]).scores(query).tolist() == [0.0, 0.0]


def test_phrasings_without_words_and_an_empty_index_do_no_harm() -> None:
    assert LexicalIndex.build(["?!", "lamp"]).scores("lamp")[0] == 0.0
    assert LexicalIndex.build([]).scores("lamp").shape == (0,)


def test_similarity_of_an_indexed_phrasing_is_its_score() -> None:
    phrasings = ["red lamp", "blue lamp", "什么时候发货"]
    index = LexicalIndex.build(phrasings)
    queries = ("the red one", "lamp", "几时发货", "?!")
    found = index.similarities(queries, phrasings)
    assert found.tolist() == [pytest.approx(index.scores(query).tolist()) for query in queries]
    assert index.similarities(["?!"], ["!?"]).tolist() == [[0.0]]


def test_scores_stay_between_0_and_1() -> None:
    phrasings = ["lamp", "lamp lamp lamp", "a very long phrasing about one lamp and many other things"]
    for query in (*phrasings, "lamp lamp"):
        scores = LexicalIndex.build(phrasings).scores(query)
        assert ((scores >= 0.0) & (scores <= 1.0)).all()
