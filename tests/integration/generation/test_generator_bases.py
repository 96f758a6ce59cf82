"""Training a generator further: a killed run, adapters on a base, several passes a step, two processes, masking."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.domain import FaqEntry, Role, TranscriptTurn
from chatbot.errors import TrainingError
from chatbot.generation.backends.gpt2 import Gpt2Generator
from support.fakes.generation import TEXTS, hit, said
from support.paths import ROOT
from training.generator.model import Size, size_for
from training.generator.trainer import GeneratorTrainingConfig, train_generator

FAQ = [FaqEntry("d", "How long?", "Delivery takes 2 to 4 working days.")]
SHAPE = Size(400, 96, 32, 1, 2, 0.1)


def config(**changes: object) -> GeneratorTrainingConfig:
    given = {"steps": 24, "batch_tokens": 256, "evaluations": 3, "threads": 1, "sampled_turns": 2, "size": SHAPE}
    return GeneratorTrainingConfig(**{**given, **changes})  # type: ignore[arg-type]


def conversations(count: int = 24) -> list[TranscriptTurn]:
    lines = ("hello", "Hello! How can I help?", "how long is delivery", "It takes 2 to 4 working days.")
    return [
        TranscriptTurn(f"en-{n % 4}#{n}", place, (Role.AGENT, Role.CUSTOMER)[place % 2], text)
        for n in range(count)
        for place, text in enumerate(lines, start=1)
    ]


def weights(directory: Path) -> bytes:
    return (directory / "model.safetensors").read_bytes()


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    whole = train_generator(conversations(), FAQ, models_dir=tmp_path / "whole", config=config()).path

    def kill(_: str, share: float) -> None:
        if share > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_generator(conversations(), FAQ, models_dir=tmp_path / "killed", config=config(), progress=kill)
    assert (tmp_path / "killed" / ".training.safetensors").is_file()
    begun: list[float] = []
    again = train_generator(
        conversations(), FAQ, models_dir=tmp_path / "killed", config=config(), progress=lambda _, s: begun.append(s)
    ).path
    assert begun[0] > 0.5, "it began anew"
    assert weights(again) == weights(whole)
    assert not (tmp_path / "killed" / ".training.safetensors").exists()


def test_a_checkpoint_of_another_run_is_passed_over(tmp_path: Path) -> None:
    def kill(_: str, share: float) -> None:
        if share > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_generator(conversations(), FAQ, models_dir=tmp_path, config=config(), progress=kill)
    begun: list[float] = []
    train_generator(
        conversations(), FAQ, models_dir=tmp_path, config=config(seed=5), progress=lambda _, s: begun.append(s)
    )
    assert begun[0] < 0.2


def test_two_passes_a_step_are_one_step_of_a_batch_twice_as_large(tmp_path: Path) -> None:
    trained = train_generator(conversations(), FAQ, models_dir=tmp_path, config=config(accumulation=2, steps=6))
    manifest = json.loads((trained.path / "manifest.json").read_text("utf-8"))
    assert (manifest["steps"], manifest["config"]["accumulation"]) == (6, 2)
    assert manifest["tokens_seen"] > 6 * 256


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("base"), layers=2, width=32, heads=2)


def checkpoint(directory: Path, **shape: int) -> Path:
    """A GPT-2 checkpoint as others publish it: without our marks, with its own end token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(directory)
    own = {"n_layer": shape["layers"], "n_embd": shape["width"], "n_head": shape["heads"]} if shape else {}
    size = {"vocab_size": tokenizer.get_vocab_size(), "n_positions": 128} if shape else {}
    GPT2LMHeadModel(GPT2Config(**own, **size)).save_pretrained(directory)
    return directory


def test_adapters_learn_on_a_base_and_are_merged(tmp_path: Path, base: Path) -> None:
    done = train_generator(
        conversations(), FAQ, models_dir=tmp_path, base=str(base), config=config(lora_rank=4, learning_rate=1e-3)
    )
    manifest = json.loads((done.path / "manifest.json").read_text("utf-8"))
    assert manifest["losses"][-1]["held_out"] < manifest["losses"][0]["held_out"]
    served = Gpt2Generator(done.path, threads=1, seconds=30.0)
    assert list(served.stream(said("hello"), [hit("It costs S$6.90.")], lang="en"))


def test_adapters_need_a_base(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--base"):
        train_generator(conversations(), FAQ, models_dir=tmp_path, config=config(lora_rank=4))


@pytest.mark.bench
def test_gpt2_small_loads_trains_with_adapters_and_serves(tmp_path: Path) -> None:
    small = checkpoint(tmp_path / "gpt2-small")
    done = train_generator(
        conversations(),
        FAQ,
        models_dir=tmp_path / "models",
        base=str(small),
        config=config(lora_rank=8, steps=3, evaluations=1, learning_rate=1e-3, threads=2),
    )
    manifest = json.loads((done.path / "manifest.json").read_text("utf-8"))
    assert 120_000_000 < manifest["parameters"] < 130_000_000
    served = Gpt2Generator(done.path, threads=2, seconds=60.0)
    assert list(served.stream(said("hello"), [hit("It costs S$6.90.")], lang="en"))


def test_two_processes_train_one_model(tmp_path: Path) -> None:
    data = tmp_path / "transcripts.csv"
    with data.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["conversation_id", "turn", "speaker", "text"])
        rows.writerows([t.conversation_id, t.turn, t.speaker.value, t.text] for t in conversations())
    # The launcher's `--cpu` starts one process only; where there is no GPU, `--multi_gpu` starts two on the processor.
    launch = ["--multi_gpu", "--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no"]
    command = [str(Path(sys.executable).with_name("accelerate")), "launch", *launch, "--dynamo_backend", "no", "-m"]
    done = subprocess.run(
        [*command, "chatbot", "train", "generator", "--data", str(data), "--minutes", "0.05", "--json"],
        env={**os.environ, "CHATBOT_HOME": str(tmp_path / "home"), "CHATBOT_THREADS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version = json.loads(done.stdout)["version"]
    (directory,) = (tmp_path / "home" / "models" / "generator").iterdir()
    assert directory.name == version
    assert json.loads((directory / "manifest.json").read_text("utf-8"))["processes"] == 2
    assert list(Gpt2Generator(directory, threads=1, seconds=30.0).stream(said("hello"), (), lang="en"))


def test_the_shape_follows_from_the_amount_of_text() -> None:
    sizes = [size_for(characters) for characters in (1_000, 100_000, 1_000_000, 10_000_000, 100_000_000)]
    assert [size.width for size in sizes] == sorted({size.width for size in sizes})
