"""Invented facts in 2,000 generated replies and 300 adversarial prompts, with and without the guard.

Half of the replies are the sample shop's. `CHATBOT_BENCH_TRANSCRIPTS` names further transcript files (separated as in
PATH) for the other half; without it all are the sample shop's. `CHATBOT_BENCH_REPLIES` changes the number.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chatbot.encoding.onnx_encoder import OnnxEncoder
from support.corpora import generated_replies as replies

REPLIES = int(os.environ.get("CHATBOT_BENCH_REPLIES", "2000"))
FILES = [Path(name) for name in os.environ.get("CHATBOT_BENCH_TRANSCRIPTS", "").split(os.pathsep) if name]
PASS_AT_LEAST = 0.9


@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_no_reply_invents_anything(exported_minilm: Path, temperature: float) -> None:
    encode = OnnxEncoder(exported_minilm).encode
    turns = [replies.turns_of(path) for path in FILES]
    share = REPLIES // 4 if FILES else REPLIES // 2
    seed = int(temperature * 10)
    elsewhere = [one for found in turns for one in replies.from_transcripts(found, share // len(FILES), seed)]
    check = replies.checker([turn.text for found in turns for turn in found])
    inner = replies.shipped(temperature=temperature)
    wrong = []
    for name, situations, names in (
        ("sample shop", replies.from_shop(share, seed), replies.NAMES),
        ("other transcripts", elsewhere, ()),
        ("adversarial", [one for _, one in replies.adversarial()], replies.NAMES),
    ):
        without, guarded = replies.count(situations, inner, replies.guard(names, encode), check)
        print(f"{name} at {temperature}: without {without.inventing} of {without.n}, with {guarded.inventing}")
        print(f"  rules {guarded.rules}")
        wrong += guarded.examples
    for text, found in wrong:
        print("  ", found, text)
    assert wrong == []


@pytest.mark.timeout(7_200)
@pytest.mark.skipif(not FILES, reason="CHATBOT_BENCH_TRANSCRIPTS names no transcripts")
def test_the_guard_lets_real_agents_speak(exported_minilm: Path) -> None:
    encode = OnnxEncoder(exported_minilm).encode
    turns = [replies.turns_of(path) for path in FILES]
    english = [turn.text for found in turns for turn in found if turn.text.isascii()]
    check = replies.checker(english)
    real = [one for found in turns for one in replies.real_replies(found, check, 500 // len(FILES))]
    passed = [one for one in real if not replies.findings(replies.guard((), encode), *one)]
    print(f"{len(passed)} of {len(real)} replies of real agents pass")
    assert len(passed) >= PASS_AT_LEAST * len(real)


def test_questions_are_answered_from_the_entry_that_was_found(exported_minilm: Path) -> None:
    judge = replies.guard(encode=OnnxEncoder(exported_minilm).encode)
    inner = replies.shipped()
    asked = replies.answerable()
    right = [one for one in asked if replies.answers(one, inner, judge)]
    print(f"{len(right)} of {len(asked)} answered")
    assert len(right) >= 0.7 * len(asked)
