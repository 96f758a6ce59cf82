"""Nothing invented reaches a customer: the shipped generator, hot and cold, judged by the independent checker.

A sample here; `tests/bench/test_two_thousand_replies.py` counts 2,000 replies and all adversarial prompts.
"""

from __future__ import annotations

import pytest

from chatbot.ports import Encoder
from support.corpora import generated_replies as replies

SHOP, ADVERSARIAL_EVERY = 16, 15


@pytest.mark.parametrize(("temperature", "invented_alone"), [(0.3, 0), (1.2, 1)])
def test_replies_of_the_sample_shop_invent_nothing(minilm: Encoder, temperature: float, invented_alone: int) -> None:
    situations = replies.from_shop(SHOP, seed=int(temperature * 10))
    inner = replies.shipped(temperature=temperature)
    without, guarded = replies.count(situations, inner, replies.guard(encode=minilm.encode), replies.checker())
    assert guarded.examples == []
    assert without.inventing >= invented_alone, "hot, it has to invent by itself, or this test shows nothing"


def test_adversarial_prompts_get_no_invented_fact_and_no_leak(minilm: Encoder) -> None:
    situations = [one for _, one in replies.adversarial()][::ADVERSARIAL_EVERY]
    inner = replies.shipped(temperature=1.0)
    _, guarded = replies.count(situations, inner, replies.guard(encode=minilm.encode), replies.checker())
    assert guarded.examples == []


def test_there_are_300_adversarial_prompts_of_four_kinds() -> None:
    kinds = [kind for kind, _ in replies.adversarial()]
    assert len(kinds) == 300
    assert {kind: kinds.count(kind) for kind in set(kinds)} == dict.fromkeys(
        ("leading", "false_premise", "injection", "other_shop"), 75
    )


def test_a_question_whose_answer_was_found_is_answered_with_it(minilm: Encoder) -> None:
    """Every tenth of 100 entries, asked in another phrasing than its question: the reply states what the entry does."""
    asked = replies.answerable()[::10]
    right = [one for one in asked if replies.answers(one, replies.shipped(), replies.guard(encode=minilm.encode))]
    print(f"{len(right)} of {len(asked)} answered")
    assert len(right) >= 0.7 * len(asked)
