"""A Chinese GPT-2 as others publish it, with a tokenizer of whole characters, is trained further and speaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chatbot.domain import FaqEntry, Role, TranscriptTurn
from chatbot.domain.pieces import text_of
from chatbot.generation.backends.gpt2 import Gpt2Generator
from support.fakes.generation import hit, said
from training.generator.model import Size
from training.generator.trainer import GeneratorTrainingConfig, train_generator

LINES = ("你好", "您好，请问有什么可以帮您？", "配送要多久", "配送需要 2 到 4 个工作日。")
FAQ = [FaqEntry("d", "配送要多久？", "配送需要 2 到 4 个工作日。", lang="zh")]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    from transformers import BertTokenizer, GPT2Config, GPT2LMHeadModel

    directory = tmp_path / "base"
    directory.mkdir()
    signs = sorted({sign for line in LINES for sign in line if sign.strip()})
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (directory / "vocab.txt").write_text("\n".join([*marks, *signs, *"abcdefg0123456789"]) + "\n", "utf-8")
    tokenizer = BertTokenizer(str(directory / "vocab.txt"))
    tokenizer.save_pretrained(directory)
    config = GPT2Config(vocab_size=len(tokenizer), n_positions=128, n_embd=32, n_layer=1, n_head=2)
    GPT2LMHeadModel(config).save_pretrained(directory)
    return directory


def test_it_is_trained_and_speaks_without_blanks_between_characters(tmp_path: Path, base: Path) -> None:
    turns = [
        TranscriptTurn(f"zh-{n % 4}#{n}", place, (Role.AGENT, Role.CUSTOMER)[place % 2], text)
        for n in range(24)
        for place, text in enumerate(LINES, start=1)
    ]
    config = GeneratorTrainingConfig(
        steps=60, batch_tokens=512, evaluations=2, threads=1, sampled_turns=2, learning_rate=5e-3, size=Size()
    )
    done = train_generator(turns, FAQ, models_dir=tmp_path / "models", base=str(base), config=config)
    served = Gpt2Generator(done.path, threads=1, seconds=30.0)
    pieces = list(served.stream(said("你好"), [hit(FAQ[0].answer)], lang="zh"))
    text = text_of(pieces)
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) >= 2, text
    assert re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", text) is None, text
