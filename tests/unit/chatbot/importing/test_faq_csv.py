"""Rows of a FAQ file to entries and back."""

from __future__ import annotations

import pytest

from chatbot.domain import FaqEntry, ImportReport
from chatbot.importing.faq_csv import export_faq, read_faq


def read(text: str, encoding: str = "utf-8") -> tuple[list[FaqEntry], ImportReport]:
    entries, report = read_faq(text.encode(encoding), "faq.csv")
    assert report.read == len(entries) + report.skipped + report.failed
    assert (report.inserted, report.updated, report.import_id) == (0, 0, None)
    return entries, report


def test_every_column_is_read() -> None:
    entries, report = read(
        "id,question,answer,variants,intent,lang,tags\n"
        'd1, How  long? ,"Two days.\r\n\r\nAsk us.","when|eta\nhow\\|long",delivery,EN-us,"a, b；a"\n'
    )
    variants = ("when", "eta", "how|long")
    assert entries == [FaqEntry("d1", "How long?", "Two days.\n\nAsk us.", variants, "delivery", "en", ("a", "b"))]
    assert (report.file, report.encoding, report.problems) == ("faq.csv", "utf-8", ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_chinese_file_gives_the_same_entries_in_every_encoding(encoding: str) -> None:
    text = "问题;答案;相似问法;意图;语言;标签\n多久到货？;两天。;几天到|多长时间;物流;中文;配送\n怎么退;联系客服;;;;\n"
    entries, _ = read(text, encoding)
    assert entries[0].question == "多久到货？"
    assert entries[0].variants == ("几天到", "多长时间")
    assert (entries[0].intent, entries[0].lang, entries[0].tags) == ("物流", "zh", ("配送",))
    assert entries == read(text)[0]


def test_the_language_is_guessed_from_the_question_when_none_is_given() -> None:
    entries, _ = read("question,answer\n多久到货,2 days\nhow long,两天\n")
    assert [entry.lang for entry in entries] == ["zh", "en"]


def test_an_entry_without_an_id_gets_the_same_one_every_time() -> None:
    first = read("question,answer\nHow long?,Two days\n")[0][0]
    again = read("question,answer\nHOW  LONG,Three days\n")[0][0]
    other = read("question,answer,lang\nHow long?,Two days,zh\n")[0][0]
    assert first.id == again.id != other.id


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",an answer,,", "question", "empty"),
        ("a question, ,,", "answer", "empty"),
        ("\u200b,an answer,,", "question", "empty"),
        ("q" * 501 + ",a,,", "question", "501 characters, the limit is 500"),
        ("q," + "a" * 20_001 + ",,", "answer", "20,001 characters, the limit is 20,000"),
        ("q,a," + "v" * 501 + ",", "variants", "501 characters"),
        ("q,a,,klingon", "lang", "'klingon' is not known"),
        ("q,a,,en,more", "", "5 cells"),
    ],
)
def test_a_bad_row_fails_alone_and_is_named(row: str, column: str, reason: str) -> None:
    entries, report = read(f"question,answer,variants,lang\nfirst,1,,\n{row}\nlast,2,,\n")
    assert [entry.question for entry in entries] == ["first", "last"]
    assert (report.read, report.failed, report.skipped) == (3, 1, 0)
    (problem,) = report.problems
    assert (problem.row, problem.column) == (2, column)
    assert reason in problem.reason


def test_texts_at_the_limit_are_taken() -> None:
    entries, report = read(f"question,answer\n{'q' * 500},{'a' * 20_000}\n")
    assert (len(entries), report.failed) == (1, 0)


def test_a_repeated_question_with_the_same_answer_is_joined_to_the_first() -> None:
    entries, report = read("question,answer,variants\nHow long?,Two,eta\nother,x,\nhow long,Two,ETA|when\n")
    assert [(entry.question, entry.variants) for entry in entries] == [("How long?", ("eta", "when")), ("other", ())]
    assert (report.read, report.skipped, report.failed) == (3, 1, 0)
    assert (report.problems[0].row, report.problems[0].column) == (3, "question")


def test_a_repeated_question_with_another_answer_is_left_out() -> None:
    entries, report = read("question,answer\nHow long?,Two\nHow long?,Three\n")
    assert [entry.answer for entry in entries] == ["Two"]
    assert (report.skipped, len(report.problems)) == (1, 1)
    assert "another answer" in report.problems[0].reason


def test_questions_that_differ_in_more_than_case_are_different() -> None:
    entries, report = read("question,answer,lang\nlearn C,x,en\nlearn C++,x,en\nlearn C#,x,en\nlearn C,x,zh\n")
    assert len({entry.id for entry in entries}) == 4
    assert report.problems == ()


def test_an_id_belongs_to_one_question() -> None:
    entries, report = read("id,question,answer\n1,a,x\n1,b,y\n")
    assert [entry.question for entry in entries] == ["a"]
    assert (report.failed, report.problems[0].column) == (1, "id")


def test_variants_that_repeat_the_question_or_each_other_are_dropped() -> None:
    entries, _ = read("question,answer,variants\nHow long?,x,how long| When |when?|eta\n")
    assert entries[0].variants == ("When", "eta")


def test_an_exported_file_reads_back_equal() -> None:
    entries = [
        FaqEntry("1", "=SUM(A1)?", "+65 6123 4567\n\n- first\n- second", ("a|b", "c\\|d", "-x", "e"), None, "en"),
        FaqEntry("2", '退款, "多久"?', "'=两天；\t三天", ("多久",), "refund", "zh", ("a", "@b")),
        FaqEntry("@3", "one variant", "'quoted'", ("only|one",), "=intent", "en"),
        FaqEntry("4", "🤷🏽‍♀️?", "ünïcödé \\ backslash", ("ends with \\", "\\"), None, "en", ("x",)),
    ]
    read_back, report = read_faq(export_faq(entries), "out.csv")
    expected = [entry for entry in entries if entry.id != "4"]
    assert [entry for entry in read_back if entry.id != "4"] == expected
    assert read_back[3].variants == entries[3].variants
    assert (report.encoding, report.problems) == ("utf-8-sig", ())
    assert export_faq(read_back) == export_faq(read_faq(export_faq(read_back), "out.csv")[0])
