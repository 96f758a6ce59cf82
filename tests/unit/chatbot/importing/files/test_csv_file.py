"""Delimiters, headers, rows."""

from __future__ import annotations

import pytest

from chatbot.errors import ImportDataError
from chatbot.importing.files.csv_file import Column, read_table, write_table

COLUMNS = (
    Column("question", "q,问题,prompt"),
    Column("answer", "a,答案,response"),
    Column("tags", "标签,label", required=False),
)


def rows(text: str) -> list[tuple[str, str]]:
    return [(line.cells["question"], line.cells["answer"]) for line in read_table(text.encode(), COLUMNS, "f").lines]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_whatever_else_stands_in_the_cells(delimiter: str) -> None:
    text = f'question{delimiter}answer\n"a, b; c | d|e|f|g"{delimiter}"x;y;z,1,2"\n'
    assert rows(text) == [("a, b; c | d|e|f|g", "x;y;z,1,2")]


def test_a_line_of_excel_may_name_the_delimiter() -> None:
    assert rows("sep=;\nquestion;answer\na;b\n") == [("a", "b")]


@pytest.mark.parametrize(
    "header",
    [
        "question,answer",
        "Question , ANSWER",
        "Ｑ,A",
        "问题,答案",
        "Prompt,Response",
        '"question","answer"',
        "* Question:,a",
    ],
)
def test_header_names_are_matched_by_their_usual_forms(header: str) -> None:
    assert rows(f"{header}\nx,y\n") == [("x", "y")]


def test_the_own_name_of_a_column_goes_before_a_synonym() -> None:
    assert rows("prompt,answer,question\nno,y,x\n") == [("x", "y")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood_and_multi_line_cells_are_kept(end: str) -> None:
    assert rows(f'question,answer{end}x,"one{end}two"{end}') == [("x", f"one{end}two")]


def test_row_numbers_count_blank_lines_but_blank_lines_are_not_read() -> None:
    table = read_table(b"\nquestion,answer\n\na,b\n,\n  , \nc,d\n", COLUMNS, "f")
    assert [line.number for line in table.lines] == [2, 5]
    assert table.report().read == 2


def test_short_rows_are_filled_and_long_ones_are_a_problem_of_the_row() -> None:
    lines = read_table(b"question,answer,tags\na,b\na,b,c,,\na,b,c,d\n", COLUMNS, "f").lines
    assert lines[0].cells == {"question": "a", "answer": "b", "tags": ""}
    assert [line.problem is not None for line in lines] == [False, False, True]
    assert lines[2].problem is not None and "4 cells" in lines[2].problem.reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question,answer\n", "no rows"),
        ("question,answer\n\n ,\n", "no rows"),
        ('question,answer\na,"b\nc,d\n', "near line"),
        ('question,answer\n"a"b,c\n', "near line 2"),
        ("question,anwser\na,b\n", "no column 'answer'.*Did you mean 'answer' where it says 'anwser'"),
        (
            "foo,bar\na,b\n",
            "no column 'question' and 'answer'.*expected question,answer.*: tags.*found foo, bar",
        ),
        ("问题,回答了\na,b\n", "no column 'answer'.*found 问题, 回答了"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ImportDataError, match=said) as caught:
        read_table(text.encode(), COLUMNS, "faq.csv")
    assert str(caught.value).startswith("faq.csv ")
    assert "\n" not in str(caught.value)


def test_a_file_over_the_limit_is_refused_with_both_sizes() -> None:
    with pytest.raises(ImportDataError, match=r"2\.0 MB, the limit is 1\.5 MB"):
        read_table(b"q,a\n" + b"x" * 2_000_000, COLUMNS, "f", max_mb=1.5)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+65 6123", "-5 %", "@home", "'=x", "''=x", "'quoted'", "'", "=", "a=b", "\tx", 'say "hi"', "two\nlines"],
)
def test_cells_come_back_from_a_written_file_and_none_can_run_as_a_formula(cell: str) -> None:
    raw = write_table(["question", "answer"], [(cell, cell)])
    assert raw.startswith(b"\xef\xbb\xbf")
    line = raw.decode("utf-8-sig").split("\r\n", 1)[1]
    assert line.lstrip('"')[0] not in "=+-@\t\r"
    assert read_table(raw, COLUMNS, "f").lines[0].cells["answer"] == cell
