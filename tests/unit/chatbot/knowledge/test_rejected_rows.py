"""Rejected rows are kept for the newest imports alone."""

from pathlib import Path

import pytest

from chatbot.errors import NotFoundError, StorageError
from chatbot.knowledge.rejected_rows import KEPT, RejectedRows


def test_rows_are_kept_by_import_and_the_oldest_go(tmp_path: Path) -> None:
    kept = RejectedRows(tmp_path / "imports")
    assert kept.ids() == []
    kept.keep("1", b"")
    assert not (tmp_path / "imports").exists()
    for number in range(1, KEPT + 3):
        kept.keep(str(number), b"rows %d" % number)
    assert kept.ids() == [str(number) for number in range(KEPT + 2, 2, -1)]
    assert kept.rows("3") == b"rows 3"
    for unknown in ("2", "../imports/3", ""):
        with pytest.raises(NotFoundError, match="No rejected rows"):
            kept.rows(unknown)


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "imports").write_text("in the way")
    with pytest.raises(StorageError, match="The import is stored"):
        RejectedRows(tmp_path / "imports").keep("1", b"rows")
