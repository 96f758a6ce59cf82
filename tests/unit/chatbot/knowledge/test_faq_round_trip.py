"""Any table that is exported and imported is the same table, in every format."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.domain import FaqEntry
from chatbot.errors import InputError
from chatbot.importing.faq_csv import read_faq
from chatbot.importing.faq_export import export_faq
from chatbot.knowledge.entries import tidy
from chatbot.text import asked

SPICY = st.sampled_from(
    [
        "=1+1",
        "+1",
        "-x",
        "@a",
        "'=x",
        "''",
        '"',
        ",",
        ";",
        "|",
        "\\|",
        "\n",
        "\t",
        "_x000D_",
        "\x01",
        "\ufffe",
        "退",
        "🙂",
    ]
)
TEXT = st.lists(st.text(st.characters(codec="utf-8"), max_size=12) | SPICY, min_size=1, max_size=5).map("".join)
TAG = st.text(st.characters(codec="utf-8", exclude_characters="|;,，；、"), max_size=8)


@st.composite
def tables(draw: st.DrawFn) -> list[FaqEntry]:
    """Entries as an editor lets them be: tidy, with different ids and questions."""
    found: dict[str, FaqEntry] = {}
    for number in range(draw(st.integers(0, 6))):
        entry_id = draw(st.sampled_from(["", "=", "'"])) + f"id-{number}"
        raw = FaqEntry(
            entry_id,
            draw(TEXT),
            draw(TEXT),
            tuple(draw(st.lists(TEXT, max_size=3))),
            draw(st.none() | TEXT),
            draw(st.sampled_from(["en", "zh"])),
            tuple(draw(st.lists(TAG, max_size=3))),
        )
        try:
            entry = tidy(raw)
        except InputError:
            continue
        found.setdefault(asked(entry.question), entry)
    return list(found.values())


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
@settings(max_examples=50, deadline=None)
@given(entries=tables())
def test_an_exported_table_comes_back_the_same(kind: str, entries: list[FaqEntry]) -> None:
    raw = export_faq(entries, kind)
    if not entries:
        return
    back, report = read_faq(raw, f"faq.{kind}")
    assert back == entries
    assert (report.read, report.failed, report.skipped) == (len(entries), 0, 0)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_can_run_as_a_formula(kind: str) -> None:
    entries = [FaqEntry(f"={n}", f"{sign}cmd|' /C calc'!A0", f"{sign}1+1") for n, sign in enumerate("=+-@")]
    raw = export_faq(entries, kind)
    assert read_faq(raw, f"f.{kind}")[0] == entries
    if kind == "csv":
        cells = raw.decode("utf-8-sig").replace('"', "").replace("\r\n", ",").split(",")
        assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")] == []
        return
    import io

    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
