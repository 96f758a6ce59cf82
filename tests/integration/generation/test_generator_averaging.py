"""The weights of a trained generator are the mean of its last ones, also after a run that was cut short."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from chatbot.domain import FaqEntry, Role, TranscriptTurn
from chatbot.generation.backends.gpt2 import Gpt2Generator
from support.fakes.generation import tiny_generator
from training.checkpoint import Checkpoint
from training.generator.calibration import TEMPERATURES, calibrated
from training.generator.evaluation import situation
from training.generator.examples import Dialogue, dialogues, split
from training.generator.loop import Fit, GeneratorTrainingConfig
from training.generator.model import Size, make_model, make_tokenizer

SIZE = Size(300, 96, 16, 1, 2, 0.0)
CONFIG = GeneratorTrainingConfig(steps=16, batch_tokens=256, evaluations=8, averaged_share=0.5, threads=1, size=SIZE)
SAID = ("hello", "Hello! How can I help?", "how long is delivery", "It takes a few working days.", "thanks", "Welcome!")


def talks() -> list[Dialogue]:
    turns = [
        TranscriptTurn(f"en-{number}", place, (Role.AGENT, Role.CUSTOMER)[place % 2], f"{text}{'!' * (number % 5)}")
        for number in range(20)
        for place, text in enumerate(SAID, start=1)
    ]
    return dialogues(turns, [FaqEntry("d", "How long?", "It takes a few working days.")], own=True)


class StopError(Exception):
    """Raised in the middle of a run."""


def fitted(
    config: GeneratorTrainingConfig,
    checkpoint: Checkpoint | None = None,
    stop: float = 2.0,
    steps: list[dict[str, torch.Tensor]] | None = None,
) -> dict[str, torch.Tensor]:
    """The weights of a finished run; `steps` gets those after each step."""
    train, held_out = split(talks(), share=0.2, seed=1)
    tokenizer = make_tokenizer(sorted({line.text for one in train for line in one.lines}), vocabulary=SIZE.vocabulary)
    torch.manual_seed(3)
    model = make_model(tokenizer, SIZE)
    fit = Fit(model, lambda text: tokenizer.encode(text, add_special_tokens=False).ids, config, checkpoint=checkpoint)

    def weights() -> dict[str, torch.Tensor]:
        return {name: value.clone() for name, value in model.state_dict().items()}

    def watch(_: str, share: float) -> None:
        if steps is not None:
            steps.append(weights())
        if share > stop:
            raise StopError

    fit.run(train, held_out, watch)
    return weights()


def test_the_weights_are_the_mean_of_the_last_steps() -> None:
    steps: list[dict[str, torch.Tensor]] = []
    mean = fitted(CONFIG, steps=steps)
    last = fitted(replace(CONFIG, averaged_share=0.0))
    for name, value in mean.items():
        torch.testing.assert_close(value, torch.stack([one[name] for one in steps[8:]]).mean(0), msg=name)
        torch.testing.assert_close(last[name], steps[-1][name], msg=name)
    assert any(not torch.equal(last[name], mean[name]) for name in last)


def test_a_run_cut_short_goes_on_with_the_same_mean(tmp_path: Path) -> None:
    whole = fitted(CONFIG)
    checkpoint = Checkpoint(tmp_path / "training.safetensors", "one")
    with pytest.raises(StopError):
        fitted(CONFIG, checkpoint, stop=0.8)
    again = fitted(CONFIG, checkpoint)
    for name, value in whole.items():
        torch.testing.assert_close(again[name], value, msg=name)


def test_the_calibration_makes_held_out_replies_most_probable(tmp_path: Path) -> None:
    generator = Gpt2Generator(tiny_generator(tmp_path / "tiny"), threads=1, seconds=20.0)
    held_out = talks()[:3]
    chosen = calibrated(generator, held_out)
    assert chosen in TEMPERATURES
    totals = dict.fromkeys(TEMPERATURES, 0.0)
    for one in held_out:
        for index, line in enumerate(one.lines):
            if line.speaker is not Role.CUSTOMER and line.grounded:
                scores = generator.log_likelihoods(*situation(one, index), line.text, TEMPERATURES, lang=one.lang)
                for temperature, score in zip(TEMPERATURES, scores, strict=True):
                    totals[temperature] += score
    assert math.isclose(totals[chosen], max(totals.values()))
    assert calibrated(generator, []) == 1.0
