"""The report of a training: its intervals, its words, and what it makes of text that comes from data."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from markdown_it import MarkdownIt

from chatbot.domain import OUT_OF_SCOPE, LabelledExample
from chatbot.intent.artifact import Thresholds
from chatbot.intent.scoring import Evidence
from support.fakes.intent import examples
from training.datasets.prepared import OOS, IntentData, prepare_examples
from training.evaluation.findings import Compared, Finding, RetrievalChange, RunFacts, Suspect
from training.intent.config import IntentTrainingConfig
from training.intent.cross_validation import Calibration, Validation
from training.intent.out_of_scope import ScopeFit
from training.intent.thresholds import BudgetPoint, ThresholdChoice
from training.reports.intent_report import write_report
from training.reports.tables import cell, intent_scores, table, write_csv

if TYPE_CHECKING:
    from chatbot.intent.scoring import ScopeModel

CONFIG = IntentTrainingConfig(tolerated_wrong=0.05)
PROVEN = ThresholdChoice(Thresholds(0.5, 0.7, 0.1, 0.4), "bound", 0.6, 0.01, 0.03)
KEPT = ThresholdChoice(Thresholds(0.5, 0.8, 0.0, 0.4), "observed", 0.5, 0.02, 0.09)
LOST = ThresholdChoice(Thresholds(0.5, 0.95, 0.0, 0.4), "calibration", 0.2, 0.11, 0.3)
NASTY = "=cmd|'x'! <script>alert(1)</script> [a](http://b.c) ![i](x.png) `c` **d** _e_ www.f.g\n# h\n| i | j |"


def validation_of(data: IntentData, *choices: ThresholdChoice, unknown: int = 20) -> Validation:
    """Held-out predictions made up for these data: every fifth row in scope is taken for the next intent."""
    random = np.random.default_rng(1)
    n, k, labels = len(data.labels), len(data.intents), data.labels
    rows = np.arange(n)
    predicted = np.where(rows % 5 == 0, (labels + 1) % k, np.maximum(labels, 0))
    scope = ScopeFit(cast("ScopeModel", None), labelled_weight=1.0, unknown_weight=0.0, share=0.1, scored_weight=1.0)
    budgets = (
        BudgetPoint(0.01, "calibration", 0.1, 0.2, 0.4, 0),
        BudgetPoint(0.05, "observed", 0.5, 0.02, 0.09, 100),
        BudgetPoint(0.2, "bound", 0.9, 0.1, 0.15, 0),
    )
    languages = ("any",) if len(choices) == 1 else ("en", "zh")
    return Validation(
        tuple(
            Calibration(language, np.zeros(1), scope, choice, budgets)
            for language, choice in zip(languages, choices, strict=True)
        ),
        {
            "accuracy": 0.8,
            "macro_f1": 0.8,
            "ece": 0.1,
            "oos_auroc": None,
            "oos_fpr95": None,
            "unknown_intent_auroc": 0.7,
        },
        rows,
        rows % len(choices),
        labels,
        predicted,
        0.2 + 0.8 * random.random(n),
        np.full((n, k), 1.0 / k),
        np.where(labels == OOS, random.beta(2, 8, n), random.beta(8, 2, n)),
        random.beta(4, 4, unknown),
        Evidence(*(np.zeros((n, k)),) * 3, *(np.zeros(n),) * 5),
    )


def report_of(
    folder: Path, data: IntentData, *choices: ThresholdChoice, facts: RunFacts | None = None, unknown: int = 20
) -> str:
    validation = validation_of(data, *(choices or (PROVEN,)), unknown=unknown)
    write_report(folder, "v1", data, validation, CONFIG, facts or RunFacts())
    return (folder / "report.md").read_text("utf-8")


def test_every_intent_stands_in_the_table_the_weakest_first(tmp_path: Path) -> None:
    data = prepare_examples(examples(per_intent=16))
    scores = intent_scores(data, validation_of(data, PROVEN))
    assert {score.intent for score in scores} == set(data.intents)
    values = [score.f1.value for score in scores]
    assert values == sorted(values)
    report = report_of(tmp_path, data)
    assert "All 5 intents" in report
    assert report.count("| 16 |") == 5
    with (tmp_path / "per_intent.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["intent"] for row in rows] == [score.intent for score in scores]
    for row in rows:
        assert float(row["f1_low"]) <= float(row["f1"]) <= float(row["f1_high"])


def test_of_many_intents_the_weakest_are_shown_and_all_are_in_the_file(tmp_path: Path) -> None:
    data = prepare_examples(
        [LabelledExample(f"{word} number {i}", f"intent {i}") for i in range(70) for word in ("one", "two")]
    )
    report = report_of(tmp_path, data)
    assert "The weakest 60 of 70" in report
    assert len((tmp_path / "per_intent.csv").read_text("utf-8").splitlines()) == 71


def test_an_intent_that_was_never_predicted_has_no_precision(tmp_path: Path) -> None:
    data = prepare_examples(examples(per_intent=4, intents=2))
    made = validation_of(data, PROVEN)
    made = dataclasses.replace(made, predicted=np.zeros_like(made.predicted))
    worst = intent_scores(data, made)[0]
    assert (worst.predicted, worst.precision.shown, worst.recall.value) == (0, "–", 0.0)
    assert worst.precision.columns == ["", "", ""]
    assert worst.recall.shown == "0.00 (0.00 to 0.49)"


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (PROVEN, "The tolerated share holds with 90% confidence"),
        (KEPT, "Too little data to prove it: about 302 further held-out examples"),
        (LOST, "At this error rate no number of further examples would prove it"),
    ],
)
def test_a_guarantee_says_what_it_lacks(choice: ThresholdChoice, said: str, tmp_path: Path) -> None:
    report = report_of(tmp_path, prepare_examples(examples(per_intent=16)), choice)
    assert said in report
    assert ("further held-out examples, answered" in report) == (choice is KEPT)


def test_budgets_are_told_in_words_for_each_language(tmp_path: Path) -> None:
    report = report_of(tmp_path, prepare_examples(examples(per_intent=16, oos=20)), PROVEN, KEPT)
    for language in ("en", "zh"):
        prices = report.partition("## The price of fewer mistakes")[2].splitlines()
        lines = [line for line in prices if line.startswith(f"| {language} | ") and line.count("|") == 8]
        assert "| not kept: only the stated confidence is trusted | no number helps at this error rate |" in lines[0]
        # 100 answered messages are 200 of which half are answered; 40 of the 80 in scope are of this language.
        assert lines[1].endswith("| kept on the held-out messages, not proven | about 160 |")
        assert lines[2].endswith("| 20.0% | 90.0% | 10.0% | 15.0% | proven | none |")


def test_figures_are_written_for_what_there_is(tmp_path: Path) -> None:
    names = {"reliability.png", "in_scope.png", "budgets.png", "oos_curves.png"}
    with_oos, without, nothing = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for folder in (with_oos, without, nothing):
        folder.mkdir()
    assert "No utterances are labelled" not in report_of(with_oos, prepare_examples(examples(oos=20)), PROVEN, KEPT)
    assert "No utterances are labelled" in report_of(without, prepare_examples(examples()), LOST)
    assert "no messages out of scope" in report_of(nothing, prepare_examples(examples()), unknown=0)
    assert {path.name for path in with_oos.glob("*.png")} == names
    assert {path.name for path in without.glob("*.png")} == names
    assert {path.name for path in nothing.glob("*.png")} == names - {"oos_curves.png"}
    for path in tmp_path.glob("*/*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.name in (path.parent / "report.md").read_text("utf-8")


def test_what_the_run_found_out_is_told_and_nothing_else(tmp_path: Path) -> None:
    data = prepare_examples(examples())
    optional = ("## Compared modes", "## FAQ search", "## Doubted labels", "## Time", "| finding |")
    bare = report_of(tmp_path, data)
    assert not any(part in bare for part in optional)
    assert not (tmp_path / "suspects.csv").exists()
    facts = RunFacts(
        "full",
        "Its log loss is lower.",
        {"encoding": 1.25, "fitting": 2.0},
        (Compared("fast", 0.9, 0.4, None, 3.0), Compared("full", 0.95, 0.2, 0.8, 60.0)),
        RetrievalChange(50, 0.8, 0.9, 0.85, 0.95),
        (Finding("overlap", "Two intents overlap.", ("one", "two")),),
        tuple(Suspect(f"text {i}", "a", "b", i / 30) for i in range(30)),
    )
    full = report_of(tmp_path, data, facts=facts)
    for part in (*optional, "Mode full. Its log loss is lower.", data.fingerprint, "| full (chosen) | 0.9500 |"):
        assert part in full
    for row in ("| fast | 0.9000 | 0.4000 | no data | 3.0 |", "| hit@1 | 0.8000 | 0.9000 | +0.1000 |"):
        assert row in full
    assert "| overlap | Two intents overlap. | “one”; “two” |" in full
    assert "| together | 3.2 |" in full
    assert ("| text 19 |" in full, "| text 20 |" in full) == (True, False)
    assert len((tmp_path / "suspects.csv").read_text("utf-8").splitlines()) == 31


def test_a_confusion_shows_its_most_confident_mistake(tmp_path: Path) -> None:
    data = prepare_examples(examples())
    made = validation_of(data, PROVEN)
    report = report_of(tmp_path, data)
    wrong = np.flatnonzero(made.predicted != made.labels)
    first = wrong[made.confidence[wrong].argmax()]
    true, taken = data.intents[made.labels[first]], data.intents[made.predicted[first]]
    line = next(line for line in report.splitlines() if line.startswith(f"| {true} | {taken} |"))
    assert line.endswith(f"| {data.texts[first]} |")


@pytest.mark.parametrize(
    "text",
    [NASTY, "a | b", "\\| c \\", "\\\\|", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "__init__ _x_ a_b", "~~no~~"],
)
def test_text_from_data_stays_text_in_its_cell(text: str) -> None:
    document = table(("text", "next"), [(cell(text), "end")])
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(document)
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 4
    assert {child.type for child in cells[2].children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in cells[2].children or ()) == " ".join(text.split())
    assert "<" not in cell(text)


def test_plain_names_stay_readable_and_long_texts_are_cut() -> None:
    assert cell("cancel_order: 50 % off! (#12)") == "cancel_order: 50 % off! (#12)"
    assert cell("x" * 300) == "x" * 199 + "…"


def test_a_report_of_nasty_texts_has_no_html(tmp_path: Path) -> None:
    given = [LabelledExample(f"{NASTY} {i}", f"<b>{i % 2}|") for i in range(12)]
    suspects = (Suspect(NASTY, "<i>", "|", 0.1),)
    report = report_of(tmp_path, prepare_examples(given), facts=RunFacts(why=NASTY, suspects=suspects))
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(report)
    for tag in ("<script", "<b>", "<i>", "<a ", "<code>c"):
        assert tag not in shown
    assert shown.count("<img ") == 4


@pytest.mark.parametrize("name", ["misclassified.csv", "suspects.csv", "per_intent.csv"])
def test_no_cell_of_a_csv_file_runs_as_a_formula(name: str, tmp_path: Path) -> None:
    given = [
        LabelledExample(f"{sign}{name} {i}", f"{sign}{name}")
        for i in range(6)
        for sign, name in (("=", "sum"), ("+", "phone"), ("-", "less"), ("@", "home"))
    ]
    given += [LabelledExample(f"=elsewhere {i}", OUT_OF_SCOPE) for i in range(6)]
    report_of(tmp_path, prepare_examples(given), facts=RunFacts(suspects=(Suspect("=1", "@a", "+b", 0.5),)))
    with (tmp_path / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 1
    assert [value for row in rows for value in row if value.startswith(("=", "+", "-", "@", "\t"))] == []
    assert any(value.startswith(("'=", "'@")) for row in rows for value in row)


def test_a_csv_file_keeps_every_character(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", ("text",), [('退款, "多久"\n?',), ("\tx",)])
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["text"], ['退款, "多久"\n?'], ["'\tx"]]
