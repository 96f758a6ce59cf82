"""A reader trained from businesses to the directory that homes read, with an encoder of random weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chatbot.domain import FaqHit
from chatbot.encoding.cross_reader import CrossReader
from chatbot.encoding.token_encoder import TokenEncoder
from chatbot.errors import InputError
from chatbot.reading.base import EntryBase
from chatbot.reading.evidence import ENCODERS
from chatbot.reading.reading_retriever import Reading, ReadingRetriever
from chatbot.reading.weights import load_weights
from chatbot.types import Progress, no_progress
from support.fakes.core import FakeRetriever
from support.fakes.retrieval import HashingEncoder
from training.pipelines.reader import ReaderOutcome, Sources, train_reader
from training.reader.businesses import read_businesses

NAMES = ("learned", "held_one", "held_two")
THINGS = ("parcel", "refund", "invoice", "card", "lamp", "chair", "table", "voucher", "account", "shop", "票", "茶")


def write_business(folder: Path) -> None:
    folder.mkdir(parents=True)
    faq = ["id,question,answer,variants,lang"]
    faq += [f"{n},Where is the {t}?,The {t} comes in {n} days.,{t} please,en" for n, t in enumerate(THINGS)]
    (folder / "faq.csv").write_text("\n".join(faq), encoding="utf-8")
    rows = ["id,lang,kind,message,expected,note"]
    # Some expect another entry than their words say: candidates that are not read have to be right now and then.
    for n, thing in enumerate(THINGS):
        rows.append(f"{n},en,one,when do I get my {thing},{n},")
        rows.append(f"{n}b,en,one,my {thing} is late,{(n * 5 + 3) % len(THINGS)},")
        rows.append(f"{n}c,en,near,who painted the {thing},,")
    rows += ["t,en,two,the lamp and the chair,4+5,", "o,en,off,sing a song,,", "p,en,person,a human,person,"]
    (folder / "messages.csv").write_text("\n".join(rows), encoding="utf-8")


def tiny_bert(directory: Path) -> None:
    """Four layers of 16 numbers, and a unigram tokenizer of single letters and signs."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    letters = "▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:?票茶Ж"
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((one, -3.0) for one in letters)]
    pieces += [("▁the", -2.0), ("ЖЖ", -2.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    marks = {"cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **marks).save_pretrained(str(directory))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        size = {"hidden_size": 16, "num_hidden_layers": 4, "num_attention_heads": 2, "intermediate_size": 32}
        bert = BertModel(BertConfig(vocab_size=len(pieces), max_position_embeddings=130, pad_token_id=1, **size))
    bert.save_pretrained(str(directory))


SOURCES = Sources(tiny_bert, lambda _: HashingEncoder().encode)


def trained(businesses: Path, output: Path, *, seed: int = 3, progress: Progress = no_progress) -> ReaderOutcome:
    return train_reader(businesses, output, epochs=1, seed=seed, held_out=NAMES[1:], sources=SOURCES, progress=progress)


@pytest.fixture(scope="module")
def businesses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("businesses")
    for name in NAMES:
        write_business(folder / name)
    return folder


@pytest.fixture(scope="module")
def reader(businesses: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReaderOutcome]:
    """The directory of a trained reader. Never change it."""
    output = tmp_path_factory.mktemp("reader") / "reader"
    return output, trained(businesses, output)


def test_a_trained_reader_loads_and_answers(reader: tuple[Path, ReaderOutcome], businesses: Path) -> None:
    output, outcome = reader
    tokens, cross, weights = TokenEncoder(output), CrossReader(output), load_weights(output)
    assert weights.id == outcome.version
    serving = HashingEncoder()
    entries = list(read_businesses(businesses)[0].entries)
    base = EntryBase(entries, dict(zip(ENCODERS, (serving.encode, tokens.encode), strict=True)))
    reading = Reading(tokens.id, tokens.read, cross.log_odds, weights)
    asked = "when will my voucher come"
    found = ReadingRetriever(
        FakeRetriever({asked: [FaqHit(entries[0], 0.3)]}), base, reading, lambda text: tokens.read([text])[0].states
    ).search(asked, serving.encode([asked])[0])
    assert len(found) == 5
    assert all(0.0 < hit.score < 1.0 for hit in found)
    assert found[0].entry.id == str(THINGS.index("voucher"))


def test_nothing_but_the_reader_is_left_and_its_report_names_businesses(reader: tuple[Path, ReaderOutcome]) -> None:
    output, outcome = reader
    files = {path.name for path in output.iterdir()}
    assert files == {
        *("encoder.onnx", "tokenizer.json", "reader.onnx", "weights.safetensors", "manifest.json", "report.md")
    }
    assert [path.name for path in output.parent.iterdir()] == ["reader"]
    report = (output / "report.md").read_text("utf-8")
    assert "| held_one | 37 |" in report
    assert "| held_two | 37 |" in report
    assert "| learned |" not in report
    assert outcome.as_json()["metrics"]["messages"] == 74
    bars = json.loads((output / "manifest.json").read_text("utf-8"))["bars"]
    assert set(bars) == {"en", "zh"}


def test_pieces_of_other_scripts_are_left_out_of_the_vocabulary(reader: tuple[Path, ReaderOutcome]) -> None:
    vocabulary = json.loads((reader[0] / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    pieces = {piece for piece, _ in vocabulary}
    assert "ЖЖ" not in pieces
    assert {"Ж", "茶", "▁the", "<s>"} <= pieces


def test_a_second_training_with_the_same_seed_keeps_the_encoder_and_gives_the_same_reader(
    reader: tuple[Path, ReaderOutcome], businesses: Path, tmp_path: Path
) -> None:
    again = tmp_path / "reader"
    shutil.copytree(reader[0], again)
    assert trained(businesses, again).version == reader[1].version
    assert (again / "encoder.onnx").read_bytes() == (reader[0] / "encoder.onnx").read_bytes()
    assert trained(businesses, again, seed=4).version != reader[1].version


def test_a_killed_training_goes_on_after_its_last_epoch_and_gives_the_same_reader(
    reader: tuple[Path, ReaderOutcome], businesses: Path, tmp_path: Path
) -> None:
    steps: list[str] = []

    def killed_in_the_second_stage(step: str, share: float) -> None:
        if "hard entries" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(businesses, tmp_path / "reader", progress=killed_in_the_second_stage)
    assert not (tmp_path / "reader").exists()
    outcome = trained(businesses, tmp_path / "reader", progress=lambda step, share: steps.append(step))
    assert not any("easy entries" in step for step in steps)
    assert outcome.version == reader[1].version
    assert [path.name for path in tmp_path.iterdir()] == ["reader"]


def test_a_training_that_fails_leaves_the_reader_as_it_was(reader: tuple[Path, ReaderOutcome], tmp_path: Path) -> None:
    kept = tmp_path / "reader"
    shutil.copytree(reader[0], kept)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    write_business(tmp_path / "businesses" / "held_one")
    with pytest.raises(InputError, match="needs at least two of the businesses"):
        trained(tmp_path / "businesses", kept)
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
