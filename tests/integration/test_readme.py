"""The commands and the Python code in README.md work as they are written there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from support.paths import ROOT
from support.servers.command_line import run
from support.shops.small_shop import faq_file, utterances, write_csv


def block(heading: str, language: str) -> str:
    """The first block of code in that language below a heading of README.md."""
    _, found, rest = (ROOT / "README.md").read_text("utf-8").partition(f"\n## {heading}\n")
    assert found, heading
    code = re.search(rf"^```{language}\n(.*?)^```", rest, re.DOTALL | re.MULTILINE)
    assert code is not None
    return code[1]


def test_the_commands_on_own_data_work_as_they_are_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    faq_file(tmp_path)
    write_csv(tmp_path / "utterances.csv", utterances())
    turns = [("customer", "Do you repair kettles?"), ("agent", "Yes, please send it to us.")]
    write_csv(
        tmp_path / "transcripts.csv",
        [
            {"conversation_id": "1", "turn": str(number), "speaker": speaker, "text": text}
            for number, (speaker, text) in enumerate(turns, 1)
        ],
    )
    lines = [shlex.split(line, comments=True) for line in block("Your own data", "bash").splitlines()]
    commands = [words[1:] for words in lines if words and words[0] == "chatbot"]
    assert commands[-1] == ["serve"]
    for words in commands[:-1]:
        fast = ["--mode", "fast"] if words[0] == "train" else []
        outcome = run(*words, *fast, home=home)
        assert outcome.code == 0, (words, outcome.err)
    reply = run("ask", "how long does delivery take", "--json", home=home).json
    assert reply["sources"]


def test_the_python_code_runs(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(sample_home, tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHATBOT_HOME")
    exec(compile(block("From Python", "python"), "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "delivery" in printed.lower()
    assert "faq" in printed
