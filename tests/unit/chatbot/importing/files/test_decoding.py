"""Which encoding a file is in."""

from __future__ import annotations

import pytest

from chatbot.errors import ImportDataError
from chatbot.importing.files.decoding import decode

CHINESE = "问题,答案\n如何退款？,请联系客服，我们会处理\n"
TAIWANESE = "問題,答案\n如何退款？,請聯絡客服，我們會處理\n"
WESTERN = "question,answer\nWhere’s my café order?,It’s on its way – 12 €.\n"
PLAIN = "question,answer\nrefund?,yes\n"


@pytest.mark.parametrize(
    ("text", "written_as", "reported"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (TAIWANESE, "gbk", "gb18030"),
        (TAIWANESE, "big5", "big5"),
        (WESTERN, "cp1252", "cp1252"),
        (PLAIN, "ascii", "utf-8"),
        (PLAIN, "utf-16-le", "utf-16-le"),
        (PLAIN, "utf-16-be", "utf-16-be"),
    ],
)
def test_a_file_is_read_as_what_it_was_written_as(text: str, written_as: str, reported: str) -> None:
    assert decode(text.encode(written_as), "faq.csv") == (text, reported)


@pytest.mark.parametrize(
    ("word", "encoding"),
    [
        ("退款", "gb18030"),
        ("你好", "gb18030"),
        ("的", "gb18030"),
        ("發票", "big5"),
        ("一", "big5"),
        ("£12", "cp1252"),
        ("don’t", "cp1252"),
        ("Größe ändern", "cp1252"),
        ("ÄÖÜ", "cp1252"),
        ("¿Cómo?", "cp1252"),
    ],
)
def test_one_word_in_a_plain_file_is_enough(word: str, encoding: str) -> None:
    text = f"text,intent\nhello there,greeting\n{word},x\nbye,bye\n"
    assert decode(text.encode(encoding), "t.csv")[0] == text


def test_a_large_file_with_its_only_special_line_at_the_end_is_recognised() -> None:
    text = PLAIN * 20_000 + "如何退款,可以\n"
    assert decode(text.encode("gb18030"), "t.csv") == (text, "gb18030")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        (b"\x00\x01\x02\x00\xff\xfe" * 20, "binary"),
        (b"question,answer\na\x00b,c\n", "binary"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xfeq\x00\xd8", "utf-16"),
        (b"\xef\xbb\xbfquestion\n\xff\xff\n", "line 2"),
        (b"question\n\x81\x20\x8d\x20\xff\n", "known text encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_one_sentence_that_names_the_file(raw: bytes, said: str) -> None:
    with pytest.raises(ImportDataError, match=said) as caught:
        decode(raw, "my file.csv")
    assert str(caught.value).startswith("my file.csv ")
