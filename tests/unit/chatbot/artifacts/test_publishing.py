"""Readers see a whole file or directory, old or new, whatever becomes of the writer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.artifacts.publishing import MANIFEST, publish, replace_file, write_json


class _Killed(BaseException):
    """Stands for a signal."""


def test_a_published_directory_has_what_was_filled_in_and_its_manifest_readable_for_all(tmp_path: Path) -> None:
    target = tmp_path / "models" / "v1"

    def fill(unfinished: Path) -> None:
        (unfinished / "weights").write_bytes(b"w")
        (unfinished / "weights").chmod(0o600)
        (unfinished / "encoder").mkdir(mode=0o700)
        assert not target.exists()

    publish(target, fill, {"version": "v1"})
    assert json.loads((target / MANIFEST).read_text("utf-8")) == {"version": "v1"}
    assert [oct(path.stat().st_mode)[-3:] for path in (target, target / "encoder", target / "weights")] == [
        *("755", "755", "644"),
    ]
    assert [path.name for path in target.parent.iterdir()] == ["v1"]


@pytest.mark.parametrize("error", [OSError("full"), _Killed()])
def test_a_writer_that_fails_leaves_the_older_directory_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    publish(tmp_path / "v1", lambda unfinished: (unfinished / "a").write_text("old"))

    def fill(unfinished: Path) -> None:
        (unfinished / "a").write_text("new")
        raise error

    with pytest.raises(type(error)):
        publish(tmp_path / "v1", fill)
    assert (tmp_path / "v1" / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]


def test_an_older_directory_is_replaced_as_a_whole_also_when_another_writer_was_faster(tmp_path: Path) -> None:
    publish(tmp_path / "v1", lambda unfinished: (unfinished / "old").write_text(""))

    def fill(unfinished: Path) -> None:
        publish(tmp_path / "v1", lambda other: (other / "faster").write_text(""))
        (unfinished / "new").write_text("")

    publish(tmp_path / "v1", fill)
    assert [path.name for path in (tmp_path / "v1").iterdir()] == ["new"]


def test_a_file_is_replaced_in_one_step_or_stays(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "a.json"
    write_json(path, {"é": 1})
    assert json.loads(path.read_text("utf-8")) == {"é": 1}

    def half(unfinished: Path) -> None:
        unfinished.write_text("{")
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        replace_file(path, half)
    assert json.loads(path.read_text("utf-8")) == {"é": 1}
    assert [found.name for found in path.parent.iterdir()] == ["a.json"]


def test_a_number_that_json_does_not_know_is_refused_in_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        publish(tmp_path / "v1", lambda unfinished: None, {"accuracy": float("nan")})
    assert not list(tmp_path.iterdir())
