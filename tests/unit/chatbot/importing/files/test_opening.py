"""Every format that can be imported, read as one table."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from chatbot.errors import ImportDataError
from chatbot.importing.files.columns import Column
from chatbot.importing.files.opening import Reading, open_lines, open_text

COLUMNS = (Column("question", "q,问题"), Column("answer", "a,答案"), Column("tags", "标签", required=False))
ROWS = [["如何退款？", "七天内可以退款。"], ["How long?", 'Say "two, or three"\ndays; really']]


def read(raw: bytes, file: str, **options: Any) -> tuple[list[list[str]], Reading]:
    with open_lines(raw, file, COLUMNS, **options) as reading:
        return [[line.cells["question"], line.cells["answer"]] for line in reading], reading


def workbook(*sheets: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "."), content)
    return target.getvalue()


def json_lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def test_a_workbook_is_read_as_a_person_reads_it() -> None:
    found, reading = read(workbook([["问题", "答案"], *ROWS, [12345678901.0, 2.5], [True, None]]), "f.xlsx")
    assert found == [*ROWS, ["12345678901", "2.5"], ["TRUE", ""]]
    assert (reading.encoding, reading.read, reading.found["question"]) == ("xlsx", 4, "问题")


def test_every_sheet_that_fits_is_read_and_the_others_are_named() -> None:
    found, reading = read(workbook([["q", "a"], ROWS[0]], [["help"], ["x"]], [["q", "a"], ROWS[1]]), "f.xlsx")
    assert found == ROWS
    assert ["S2 was not read" in note.reason for note in reading.notes] == [True]


def test_a_formula_without_its_result_fails_its_row_and_is_no_empty_cell() -> None:
    with open_lines(workbook([["q", "a"], ["x", "=A1"], ["y", "z"]]), "f.xlsx", COLUMNS) as reading:
        problems = [line.problem for line in reading]
    assert problems[1] is None
    assert problems[0] is not None and (problems[0].row, problems[0].column) == (1, "a")


def test_an_archive_is_read_member_by_member_whatever_each_is() -> None:
    raw = archive(
        a__csv="q,a\r\nx,1\r\n".encode("utf-16"),
        b__tsv="问题\t答案\n退款问题\t可以的\n".encode("gbk"),
        c__xlsx=workbook([["q", "a"], ["z", "3"]]),
        d__jsonl=json_lines({"question": "j", "answer": "4"}),
    )
    found, reading = read(raw, "f.zip")
    assert found == [["x", "1"], ["退款问题", "可以的"], ["z", "3"], ["j", "4"]]
    assert reading.encoding == "utf-16; gb18030; xlsx; jsonl, utf-8"


def test_json_lines_may_have_lists_numbers_and_keys_in_any_order() -> None:
    raw = json_lines({"a": 5, "q": "x"}, {"q": "y", "标签": ["a", "b"], "a": None}, {"q": {"no": 1}, "a": "z"}, ["no"])
    with open_lines(raw + b"\nnot json", "f.jsonl", COLUMNS) as reading:
        lines = list(reading)
    assert [line.cells["question"] for line in lines[:2]] == ["x", "y"]
    assert (lines[0].cells["answer"], lines[1].cells["tags"]) == ("5", "a\nb")
    assert [line.problem is not None for line in lines] == [False, False, True, True, True]
    assert lines[4].problem is not None and "not valid JSON at character 1" in lines[4].problem.reason


def test_columns_can_be_said_instead_of_guessed() -> None:
    raw = b"Frage,Antwort,question\nx,y,z\n"
    assert read(raw, "f", mapping={"question": "frage", "answer": "Antwort"})[0] == [["x", "y"]]
    with pytest.raises(ImportDataError, match="no column 'Fragen' to take as question: found Frage, Antwort"):
        read(raw, "f", mapping={"question": "Fragen"})
    with pytest.raises(ImportDataError, match="no column 'quest'"):
        read(raw, "f", mapping={"quest": "Frage"})
    with pytest.raises(ImportDataError, match="mapped twice"):
        read(raw, "f", mapping={"question": "Frage", "answer": "Frage"})


def test_the_encoding_can_be_said_instead_of_guessed() -> None:
    raw = "question,answer\nÄÖÜ,x\n".encode("cp1252")
    assert read(raw, "f", encoding="windows-1252")[0] == [["ÄÖÜ", "x"]]
    with pytest.raises(ImportDataError, match="not valid gb18030 text in row 1, column 'question'"):
        read(raw, "f", encoding="gbk")
    with pytest.raises(ImportDataError, match="'klingon' is not known"):
        read(raw, "f", encoding="klingon")


LONG = "如何退款呢我想要退款"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (f"问题,答案\n{LONG},好\n好的,不".encode() + b"\xe4\xbd,\n", "row 2, column '答案'"),
        (f"问题,答案\n{LONG},好\n".encode() + f"{LONG},好\n".encode("gbk"), "row 2, column '问题'"),
        (f"q,a\n{LONG},{LONG}".encode("gbk") + b"\xff\xff\n", "row 1, column 'a'"),
        (f"q,a\n{LONG},好\nx,".encode("utf-16") + b"\x00\xd8\x0a\x00", "row 2, column 'a'"),
        (b'q,a\nx,y\nb,"open\nc,d\n', "row 2, column 'a'"),
        (b'q,a\n"a"b,c\n', "row 1, column 'q'"),
        (b"q,a\nx," + b"y" * 140_000 + b"\n", "row 1, column 'a'.*131,072"),
    ],
)
def test_a_damaged_file_is_refused_with_row_and_column(raw: bytes, said: str) -> None:
    with pytest.raises(ImportDataError, match=said):
        read(raw, "f.csv")


@pytest.mark.parametrize(
    ("raw", "file", "said"),
    [
        (archive(a__pdf=b"x"), "f.zip", "holds a.pdf"),
        (archive(__hidden=b"x"), "f.zip", "without a CSV"),
        (archive(a__csv=archive(b__csv=b"q,a\nx,y\n")), "f.zip", "archive inside an archive"),
        (archive(a__csv=b"q,a\n" + b"x,y\n" * 9_000_000), "f.zip", "unpacks to 36 MB"),
        (b"PK\x03\x04" + b"x" * 90, "f.xlsx", "cannot be opened"),
        (workbook([["q", "a"]]), "f.xlsx", "no rows"),
        (workbook([]), "f.xlsx", "empty"),
        (b'[{"q": 1}]', "f.json", "not JSON Lines"),
        (b"q,a\n", "f.csv", "no rows"),
        (b"", "f.csv", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_one_sentence(raw: bytes, file: str, said: str) -> None:
    with pytest.raises(ImportDataError, match=said) as caught:
        read(raw, file, max_mb=0.5)
    assert "\n" not in str(caught.value)


def test_any_text_can_be_read_as_plain_lines_too() -> None:
    with open_text("客服 10:01\r\n您好，请问有什么可以帮您".encode("gbk"), "log.txt") as (text, encoding):
        assert (text.read(), encoding) == ("客服 10:01\r\n您好，请问有什么可以帮您", "gb18030")
