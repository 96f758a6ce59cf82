"""Perplexity of the shipped generator on every held-out turn, beside a Kneser-Ney trigram of the same training text.

The conversations are varied anew from the sample shop's files, as the shipped one's were, and split as its training
splits. Both count the same tokens: agents' turns that state nothing unsupported, sources given, with their end mark.
"""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

from chatbot.domain import Role
from chatbot.importing.transcripts.reading import read_transcripts
from support.corpora import generated_replies as replies
from training.generator.evaluation import situation
from training.generator.examples import dialogues, split
from training.generator.loop import Fit, GeneratorTrainingConfig

CONVERSATIONS, SEED = 6000, 7
GOAL = 0.5
"""Of the trigram's perplexity."""


def test_it_is_at_most_half_of_a_trigrams(tmp_path: Path) -> None:
    varied = tmp_path / "varied.csv"
    options = ["--seed", str(SEED), "--count", str(CONVERSATIONS), "--out", str(varied)]
    subprocess.run([sys.executable, str(replies.DATA / "generate.py"), *options], check=True, capture_output=True)
    turns = read_transcripts(varied.read_bytes(), varied.name)[0]
    config = GeneratorTrainingConfig()
    every = dialogues(turns, replies.faq(), own=True)
    train, held_out = split(every, share=config.held_out_share, seed=config.seed)
    generator = replies.shipped()
    fit = Fit(generator._model, generator._ids, config)
    trigram = fit.trigram_perplexity(train, held_out)
    total, count, turns_read = 0.0, 0, 0
    for one in held_out:
        for index, line in enumerate(one.lines):
            if line.speaker is Role.CUSTOMER or not line.grounded:
                continue
            history, hits = situation(one, index)
            score, length = generator.log_likelihood(history, hits, line.text, lang=one.lang)
            total, count, turns_read = total + score, count + length, turns_read + 1
    own = math.exp(-total / count)
    print(f"{turns_read} turns, {count} tokens: {own:.2f}, trigram {trigram:.2f}")
    print(f"ratio {own / trigram:.3f}; the goal is {GOAL}")
    assert own <= GOAL * trigram
