"""Tokens a second of the generator's training, beside a bare PyTorch loop over the same batches in the same run."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from support.corpora import generated_replies as replies
from training.generator.examples import Dialogue, dialogues, dice
from training.generator.loop import Fit, GeneratorTrainingConfig
from training.generator.model import Size, make_model, make_tokenizer

ROUNDS = 3
EVERY = 12
"""One conversation of so many: a pass over these takes a few seconds."""
LEAST = 0.85


def conversations() -> list[Dialogue]:
    turns = [t for name in ("transcripts_en.csv", "transcripts_zh.csv") for t in replies.turns_of(replies.DATA / name)]
    return dialogues(turns, replies.faq(), own=True)[::EVERY]


def test_training_is_nearly_as_fast_as_a_bare_loop() -> None:
    import torch

    every = conversations()
    texts = sorted({text for one in every for line in one.lines for text in (line.text, *line.sources)})
    tokenizer = make_tokenizer(texts, vocabulary=Size().vocabulary)
    config = GeneratorTrainingConfig(evaluations=1, threads=torch.get_num_threads())

    def encode(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    def model() -> Any:
        torch.manual_seed(config.seed)
        return make_model(tokenizer, Size())

    def own() -> float:
        """Everything a run does but measuring the held-out loss: batches, schedule, clipping, progress."""
        fit = Fit(model(), encode, replace(config, steps=len(batches)))
        started = time.perf_counter()
        fit.run(every, [], lambda _message, _share: None)
        return fit.tokens / (time.perf_counter() - started)

    batches = Fit(model(), encode, config)._batches(every, config.mix, dice(config.seed))
    tokens = sum(len(window.ids) for batch in batches for window in batch)

    def bare() -> float:
        learner = model().train()
        optimiser = torch.optim.AdamW(learner.parameters(), lr=config.learning_rate)
        ready = []
        for batch in batches:
            longest = max(len(window.ids) for window in batch)
            ids = torch.zeros((len(batch), longest), dtype=torch.long)
            mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
            for row, window in enumerate(batch):
                ids[row, : len(window.ids)] = labels[row, : len(window.ids)] = torch.tensor(window.ids)
                mask[row, : len(window.ids)] = 1
            ready.append((ids, mask, labels))
        started = time.perf_counter()
        for ids, mask, labels in ready:
            learner(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss.backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        return tokens / (time.perf_counter() - started)

    own(), bare()
    rates = [(own(), bare()) for _ in range(ROUNDS)]
    ratio = float(np.median([mine / other for mine, other in rates]))
    print(
        f"training at {ratio:.2f} of a bare loop ({', '.join(f'{a:.0f} / {b:.0f}' for a, b in rates)} tokens a second)"
    )
    assert ratio >= LEAST
