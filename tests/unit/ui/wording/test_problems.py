"""What is wrong with a file, said in Chinese on the Chinese page."""

from __future__ import annotations

import pytest

from chatbot.domain import FaqEntry
from chatbot.domain.faq_limits import problems_of
from chatbot.errors import ImportDataError
from chatbot.importing.faq_csv import read_faq
from support.corpora.faq_files import corpus
from ui.wording.problems import column_in, worded
from ui.wording.words import Words

EN, ZH = Words("en"), Words("zh")
TABLE = """question,answer,lang,id
,a,,
a?,b,tlh,
b?,c,,1
b?,d,,
B,c,,
c?,d,,1
d?,e,,9,,x
e?,#REF!,,
"""


def is_chinese(sentence: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in sentence)


def test_every_problem_of_a_row_is_said_in_chinese() -> None:
    _, report = read_faq(TABLE.encode(), "f.csv")
    assert len(report.problems) >= 6
    reasons = [problem.problem for problem in report.problems]
    entry = FaqEntry("i" * 99, "q" * 501, "a" * 20_001, ("v" * 501,), "n" * 201)
    reasons += [reason for _, reason in problems_of(entry)]
    for reason in reasons:
        assert is_chinese(worded(reason, ZH)), reason
        assert worded(reason, EN) == str(reason)


@pytest.mark.parametrize(
    "name", ["bad-byte-gbk.csv", "open-quote.csv", "endless-cell.csv", "empty.csv", "no-rows.xlsx", "old-excel.xls",
             "other-header.csv", "binary.csv", "locked.zip"]
)  # fmt: skip
def test_a_refused_file_is_refused_in_chinese(name: str) -> None:
    sample = next(found for found in corpus(largest=1) if found.name == name)
    with pytest.raises(ImportDataError) as caught:
        read_faq(sample.raw, name)
    assert is_chinese(worded(caught.value.problem, ZH).replace("question", "")), str(caught.value)


def test_columns_are_named_in_chinese_but_for_those_of_the_file() -> None:
    zh = Words("zh")
    assert [column_in(name, zh) for name in ("answer", "speaker", "客户问")] == ["答案", "说话人", "客户问"]
    assert column_in("answer", Words("en")) == "answer"
