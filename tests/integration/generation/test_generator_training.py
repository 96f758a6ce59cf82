"""Training a generator: equal runs, the directory it writes, bases, interruption, evaluation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.domain import FaqEntry, Role, TranscriptTurn
from chatbot.errors import TrainingError
from chatbot.generation.backends.gpt2 import Gpt2Generator
from support.fakes.core import FakeGenerator
from support.fakes.generation import hit, said
from training.generator.evaluation import evaluate_generator
from training.generator.examples import Mix, dialogues, dice, split, windows
from training.generator.model import Size
from training.generator.trainer import GeneratorTrainingConfig, train_generator

FAQ = [
    FaqEntry("d-en", "How long?", "Delivery takes 2 to 4 working days."),
    FaqEntry("d-zh", "多久？", "普通配送需要 2 至 4 个工作日。", lang="zh"),
]
SMALL = GeneratorTrainingConfig(
    steps=30, batch_tokens=256, evaluations=3, threads=1, sampled_turns=4, size=Size(400, 96, 32, 1, 2, 0.1)
)


def conversations(count: int = 24) -> list[TranscriptTurn]:
    lines = {
        "en": ("hello", "Hello! How can I help?", "how long is delivery", "It takes 2 to 4 working days."),
        "zh": ("你好", "您好！有什么可以帮您？", "多久能到", "需要 2 至 4 个工作日。"),
    }
    return [
        TranscriptTurn(f"{lang}-{number}", place, (Role.AGENT, Role.CUSTOMER)[place % 2], text)
        for number in range(count // 2)
        for lang, texts in lines.items()
        for place, text in enumerate(texts, start=1)
    ]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models_dir = tmp_path_factory.mktemp("models")
    return train_generator(conversations(), FAQ, models_dir=models_dir, config=SMALL).path


def test_two_runs_are_equal_and_another_seed_is_not(trained: Path, tmp_path: Path) -> None:
    weights = (trained / "model.safetensors").read_bytes()
    again = train_generator(conversations(), FAQ, models_dir=tmp_path, config=SMALL)
    assert (again.path / "model.safetensors").read_bytes() == weights
    other = train_generator(
        conversations(), FAQ, models_dir=tmp_path, config=GeneratorTrainingConfig(**_changed(SMALL, seed=8))
    )
    assert (other.path / "model.safetensors").read_bytes() != weights
    assert again.version != other.version


def test_the_directory_is_complete_and_its_manifest_says_what_it_is(trained: Path) -> None:
    manifest = json.loads((trained / "manifest.json").read_text("utf-8"))
    assert {"config.json", "manifest.json", "model.safetensors", "report.md", "tokenizer.json"} <= {
        path.name for path in trained.iterdir()
    }
    assert manifest["version"] == trained.name
    assert manifest["languages"] == ["en", "zh"]
    assert manifest["seed"] == SMALL.seed
    assert manifest["steps"] == 30
    assert manifest["metrics"]["held_out_perplexity"] > 1
    assert manifest["metrics"]["n"] > 0
    assert set(manifest["libraries"]) == {"safetensors", "tokenizers", "torch", "transformers"}
    assert "你是机器人吗" in (trained / "report.md").read_text("utf-8")


def test_a_trained_model_is_served_and_learned_something(trained: Path) -> None:
    losses = json.loads((trained / "manifest.json").read_text("utf-8"))["losses"]
    assert losses[-1]["held_out"] < losses[0]["held_out"]
    generator = Gpt2Generator(trained, threads=1, seconds=60)
    assert generator.version == trained.name
    assert list(generator.stream(said("hello"), [hit(FAQ[0].answer)], lang="en"))


def test_a_trained_model_can_be_the_base_of_the_next(trained: Path, tmp_path: Path) -> None:
    config = GeneratorTrainingConfig(**_changed(SMALL, steps=3))
    following = train_generator(conversations(), FAQ, models_dir=tmp_path, config=config, base=str(trained))
    assert json.loads((following.path / "manifest.json").read_text("utf-8"))["base"] == str(trained)


def test_a_base_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no/such-model"):
        train_generator(conversations(), FAQ, models_dir=tmp_path, config=SMALL, base=str(tmp_path / "no/such-model"))
    assert not list(tmp_path.iterdir())


def test_an_interrupted_training_leaves_the_other_models_alone(tmp_path: Path) -> None:
    (tmp_path / "earlier").mkdir()

    def interrupt(text: str, share: float) -> None:
        if share > 0.1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_generator(conversations(), FAQ, models_dir=tmp_path, config=SMALL, progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]


def test_an_interruption_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(directory: Path, manifest: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.generator.trainer.write_report", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train_generator(conversations(), FAQ, models_dir=tmp_path, config=SMALL)
    assert [path.name for path in tmp_path.iterdir()] == [".training.safetensors"]  # to go on from


def test_too_few_conversations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="hold 4 conversations"):
        train_generator(conversations(4), FAQ, models_dir=tmp_path, config=SMALL)


def test_progress_rises_to_one(tmp_path: Path) -> None:
    shares: list[float] = []
    config = GeneratorTrainingConfig(**_changed(SMALL, steps=4))
    train_generator(
        conversations(), FAQ, models_dir=tmp_path, config=config, progress=lambda text, share: shares.append(share)
    )
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_conversations_of_one_origin_stay_on_one_side() -> None:
    turns = [
        TranscriptTurn(f"en-{number % 7}#{number}", place, (Role.AGENT, Role.CUSTOMER)[place], "hello there")
        for number in range(70)
        for place in (1, 0)
    ]
    train, held_out = split(dialogues(turns, ()), share=0.2, seed=1)
    assert held_out
    assert not {one.group for one in train} & {one.group for one in held_out}
    assert len(train) + len(held_out) == 70


def test_facts_without_a_source_are_read_but_not_learned() -> None:
    turns = [
        TranscriptTurn("a", 1, Role.CUSTOMER, "how long"),
        TranscriptTurn("a", 2, Role.AGENT, "It takes 9 working days."),
        TranscriptTurn("a", 3, Role.CUSTOMER, "thanks"),
        TranscriptTurn("a", 4, Role.AGENT, "You're welcome!"),
    ]
    (dialogue,) = dialogues(turns, FAQ)
    assert [line.grounded for line in dialogue.lines] == [True, False, True, True]
    (window,) = windows(dialogue, lambda text: list(text.encode()), length=500, mix=None, rng=dice(0))
    learned = bytes(token for token, weight in zip(window.ids, window.weights, strict=True) if weight == 1.0)
    assert learned == b"You're welcome!<|end|>"


def test_without_any_faq_facts_are_copied_in_training_but_never_handed_out_in_evaluation() -> None:
    turns = [TranscriptTurn("a", 1, Role.CUSTOMER, "how long"), TranscriptTurn("a", 2, Role.AGENT, "It takes 9 days.")]
    assert dialogues(turns, (), own=True)[0].lines[1].sources == ("It takes 9 days.",)
    assert dialogues(turns, ())[0].lines[1].sources == ()


def test_windows_keep_the_length_and_lose_no_learned_turn() -> None:
    (dialogue,) = dialogues(
        [TranscriptTurn("a", n, (Role.AGENT, Role.CUSTOMER)[n % 2], f"turn {chr(64 + n)}") for n in range(1, 41)], ()
    )
    found = windows(dialogue, lambda text: list(text.encode()), length=120, mix=Mix(), rng=dice(0))
    assert len(found) > 1
    assert all(len(window.ids) == len(window.weights) <= 120 for window in found)
    learned = b"".join(bytes(t for t, w in zip(one.ids, one.weights, strict=True) if w == 1.0) for one in found)
    assert learned.count(b"<|end|>") == 20


def test_a_fake_without_scores_is_evaluated_too() -> None:
    found = evaluate_generator(conversations(), FakeGenerator(), FAQ, limit=10).as_json()
    assert {"n", "distinct_1", "distinct_2", "rouge_l", "grounded", "rewritten", "refused"} <= found.keys()
    assert found["grounded"] + found["rewritten"] + found["refused"] == pytest.approx(1.0, abs=0.001)
    assert {"ungrounded_rate", "invented_per_100", "invented_per_100_unguarded", "p50_ms"} <= found.keys()
    assert found["perplexity"] is None
    assert found["n"] <= 10


def test_transcripts_without_an_agent_cannot_be_evaluated() -> None:
    with pytest.raises(TrainingError, match="no agent's turn"):
        evaluate_generator([TranscriptTurn("a", 1, Role.CUSTOMER, "hello")], FakeGenerator())


def _changed(config: GeneratorTrainingConfig, **changes: object) -> dict[str, object]:
    return {name: getattr(config, name) for name in config.__slots__} | changes
