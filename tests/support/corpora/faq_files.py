"""Generates FAQ files as common tools write them, each with its expected content or error.

Every file is imported exactly, or refused with a sentence that names the place. Run this module to write the corpus to
a folder.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl

Rows = tuple[tuple[str, str, str], ...]
ENGLISH: Rows = (
    ("How long is delivery?", "Two to four days, then it is with you.", "delivery"),
    ("Can I return it?", 'Yes; write "RETURN" on the box.\nThen send it.', "returns"),
    ("Do you ship to Perth?", "No, sorry | not yet", ""),
)
CHINESE: Rows = (
    ("如何申请退款？", "七天内可以申请退款，请联系客服。", "售后"),
    ("什么时候发货？", "下单后，48小时内发货。\n节假日顺延。", "物流"),
    ("可以开发票吗？", "可以；电子发票会发到您的邮箱", ""),
)
TAIWANESE: Rows = (
    ("如何申請退款？", "七天內可以申請退款，請聯絡客服。", "售後"),
    ("什麼時候出貨？", "下單後，四十八小時內出貨。\n假日順延。", "物流"),
    ("可以開發票嗎？", "可以；電子發票會寄到您的信箱", ""),
)
WESTERN: Rows = (
    ("Où est ma commande ?", "Elle arrive « bientôt » – 12 €.", "café"),
    ("Größe ändern?", "Ja; im Konto.\nSofort.", "Maße"),
    ("What’s included?", "Everything you’d need", ""),
)
ENCODINGS = {
    "utf-8": (ENGLISH, CHINESE, TAIWANESE, WESTERN),
    "utf-8-sig": (ENGLISH, CHINESE, TAIWANESE, WESTERN),
    "utf-16": (ENGLISH, CHINESE, WESTERN),
    "utf-16-le": (ENGLISH, CHINESE),
    "utf-16-be": (ENGLISH, CHINESE),
    "gbk": (CHINESE,),
    "gb18030": (CHINESE,),
    "big5": (TAIWANESE,),
    "cp1252": (WESTERN,),
}
NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
HEADERS = {
    "plain": ("question", "answer", "tags"),
    "short": ("Q", "A", "Tag"),
    "chinese": ("问题", "答案", "标签"),
    "taiwanese": ("問題", "回覆", "標籤"),
    "prompt": ("Prompt", "Response", "Keywords"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One file. `rows` is its expected content; without them the error must contain `said`."""

    name: str
    raw: bytes
    rows: Rows | None = None
    said: str = ""


def table(rows: Rows, *, header: str = "plain", delimiter: str = ",", newline: str = "\r\n", quoting: int = 0) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n", quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(HEADERS[header])
    writer.writerows(rows)
    return target.getvalue().replace("\r\n", newline)  # cells hold \n alone, which is quoted


def corpus(*, largest: int = 200_000) -> Iterator[Sample]:
    """All samples; `largest` is the number of rows of the large one."""
    yield from _written_by_tools()
    yield from _quirks()
    yield from _other_formats()
    yield from _sizes(largest)
    yield from _broken()


def _written_by_tools() -> Iterator[Sample]:
    for (encoding, contents), (end, newline), (quotes, quoting) in itertools.product(
        ENCODINGS.items(), NEWLINES.items(), QUOTING.items()
    ):
        for at, rows in enumerate(contents):
            raw = table(rows, newline=newline, quoting=quoting).encode(encoding)
            yield Sample(f"{encoding}-{at}-{end}-{quotes}.csv", raw, rows)
    for name, delimiter in DELIMITERS.items():
        for header in HEADERS:
            rows = CHINESE if header in ("chinese", "taiwanese") else ENGLISH
            raw = table(rows, header=header, delimiter=delimiter).encode("utf-8")
            yield Sample(f"{name}-{header}.csv", raw, rows)


def _quirks() -> Iterator[Sample]:
    plain = table(CHINESE)
    yield Sample("excel-sep-line.csv", ("sep=;\r\n" + table(CHINESE, delimiter=";")).encode("utf-8-sig"), CHINESE)
    yield Sample("excel-unicode-text.txt", table(CHINESE, delimiter="\t").encode("utf-16"), CHINESE)
    yield Sample("excel-mac.csv", table(WESTERN, delimiter=";", newline="\r").encode("cp1252"), WESTERN)
    yield Sample("wps-gbk.csv", plain.encode("gbk"), CHINESE)
    yield Sample("two-marks.csv", b"\xef\xbb\xbf" + plain.encode("utf-8-sig"), CHINESE)
    yield Sample(
        "blank-lines.csv", ("\r\n\r\n" + plain.replace("\r\n", "\r\n\r\n", 1) + "\r\n,,\r\n").encode(), CHINESE
    )
    yield Sample("trailing-columns.csv", plain.replace("标签", "标签,,").replace("tags", "tags,,").encode(), CHINESE)
    yield Sample("no-last-newline.csv", plain.removesuffix("\r\n").encode("gbk"), CHINESE)
    yield Sample("spaced-header.csv", plain.replace("question,", " Question : ,").encode(), CHINESE)
    wide = plain.replace("question,", "Ｑｕｅｓｔｉｏｎ,").encode()
    yield Sample("full-width-header.csv", wide, CHINESE)
    swapped = [(tags, answer, question) for question, answer, tags in CHINESE]
    target = io.StringIO(newline="")
    csv.writer(target).writerows([("tags", "answer", "question"), *swapped])
    yield Sample("other-order.csv", target.getvalue().encode("gbk"), CHINESE)
    extra = io.StringIO(newline="")
    csv.writer(extra).writerows([("no", *HEADERS["plain"], "note"), *((n, *row, "x") for n, row in enumerate(CHINESE))])
    yield Sample("extra-columns.csv", extra.getvalue().encode("gbk"), CHINESE)
    text = 'question,answer,tags\r\n="007?","=""7""",\r\n'
    yield Sample(
        "equals-quotes.csv",
        text.replace('="007?"', '"=""007?"""').replace('"=""7"""', '"=""7"""').encode(),
        (("007?", "7", ""),),
    )
    formula = "question,answer,tags\r\n'=1+1?,'@home,\r\n\"'-5\",'+65 1,\r\n"
    yield Sample("guarded-formulas.csv", formula.encode(), (("=1+1?", "@home", ""), ("-5", "+65 1", "")))
    only = "question,answer\r\nPréférez-vous le thé?,Oui\r\n"
    yield Sample("one-accent.csv", only.encode("cp1252"), (("Préférez-vous le thé?", "Oui", ""),))
    late = "question,answer\r\n" + "plain?,yes\r\n" * 1 + "".join(f"q{n}?,a\r\n" for n in range(9_000))
    rows = (("plain?", "yes", ""), *((f"q{n}?", "a", "") for n in range(9_000)), ("最后一个问题", "可以退款的", ""))
    yield Sample("late-chinese.csv", (late + "最后一个问题,可以退款的\r\n").encode("gbk"), rows)


def _other_formats() -> Iterator[Sample]:
    for name, rows in (("en", ENGLISH), ("zh", CHINESE), ("tw", TAIWANESE), ("fr", WESTERN)):
        yield Sample(f"sheet-{name}.xlsx", workbook(rows), rows)
        yield Sample(f"lines-{name}.jsonl", lines(rows), rows)
        yield Sample(f"lines-escaped-{name}.jsonl", lines(rows, escaped=True), rows)
        members = {f"{name}.csv": table(rows).encode("utf-8-sig")}
        yield Sample(f"archive-{name}.zip", archive(members), rows)
    yield Sample("lines-utf-16.jsonl", lines(CHINESE).decode().encode("utf-16"), CHINESE)
    yield Sample("wide-sheet.xlsx", workbook(CHINESE, dimension="A1:XFD1048576"), CHINESE)
    both = {"a.csv": table(ENGLISH).encode("utf-16"), "子/b.csv": table(CHINESE).encode("gbk")}
    yield Sample("archive-of-two.zip", archive(both), ENGLISH + CHINESE)
    mixed = {"a.jsonl": lines(ENGLISH), "b.xlsx": workbook(CHINESE), "__MACOSX/._a": b"\x00"}
    yield Sample("archive-of-kinds.zip", archive(mixed), ENGLISH + CHINESE)


def _sizes(largest: int) -> Iterator[Sample]:
    for encoding in ("utf-8", "gbk", "utf-16"):
        yield Sample(f"no-rows-{encoding}.csv", "问题,答案\r\n".encode(encoding), said="no rows")
        yield Sample(f"one-row-{encoding}.csv", table(CHINESE[:1]).encode(encoding), CHINESE[:1])
    yield Sample("no-rows.xlsx", workbook(()), said="no rows")
    yield Sample("one-row.xlsx", workbook(CHINESE[:1]), CHINESE[:1])
    yield Sample("one-row.jsonl", lines(CHINESE[:1]), CHINESE[:1])
    many = tuple((f"第{n}个问题怎么办？", f"第{n}个回答，请看说明。", "") for n in range(largest))
    yield Sample("large.csv", table(many).encode("gbk"), many)


def _broken() -> Iterator[Sample]:
    plain = table(CHINESE)
    for encoding in ("utf-8", "gbk", "big5"):
        content = TAIWANESE if encoding == "big5" else CHINESE
        raw = table(content).encode(encoding)
        at = raw.index(content[1][0].encode(encoding))
        yield Sample(f"bad-byte-{encoding}.csv", raw[:at] + b"\xff\xff" + raw[at:], said="row 2, column 'question'")
        cut = raw[: raw.index(content[2][1].encode(encoding)) + 1]
        yield Sample(f"cut-{encoding}.csv", cut, said="row 3, column 'answer'")
    half = table(CHINESE).encode() + table(CHINESE).encode("gbk")
    yield Sample("two-encodings.csv", half, said="row 5, column 'question'")
    yield Sample("open-quote.csv", plain.replace("七天", '"七天', 1).encode(), said="row 1, column 'answer'")
    yield Sample("quote-inside.csv", plain.replace("七天", '"七"天', 1).encode("gbk"), said="row 1, column 'answer'")
    yield Sample("endless-cell.csv", plain.replace("七天", "七" * 140_000, 1).encode(), said="row 1, column 'answer'")
    yield Sample("odd-utf-16.csv", plain.encode("utf-16")[:-1], said="utf-16")
    yield Sample("binary.csv", bytes(range(256)) * 8, said="binary")
    yield Sample("nul.csv", plain.replace("七天", "七\x00天", 1).encode(), said="binary")
    yield Sample("empty.csv", b"", said="empty")
    yield Sample("blank.csv", b"\xef\xbb\xbf\r\n \r\n", said="empty")
    yield Sample(
        "no-header.csv", "如何退款？,可以退款\r\n如何发货？,马上\r\n".encode("gbk"), said="no column 'question'"
    )
    yield Sample("other-header.csv", b"Frage,Antwort\r\na,b\r\n", said="found Frage, Antwort")
    yield Sample("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(64), said="binary")
    yield Sample("old-excel.xls", b"\xd0\xcf\x11\xe0" + bytes(600), said="old Excel")
    yield Sample("cut.xlsx", workbook(CHINESE)[:900], said="cannot be opened")
    yield Sample("list.json", json.dumps([{"question": "a"}]).encode(), said="not JSON Lines")
    yield Sample("locked.zip", _locked(archive({"a.csv": plain.encode()})), said="password")
    yield Sample("in-archive.zip", archive({"a.zip": archive({"b.csv": plain.encode()})}), said="holds a.zip")
    damaged = archive({"a.csv": plain.encode() * 9}, zipfile.ZIP_STORED).replace("七天".encode(), "八天".encode(), 1)
    yield Sample("damaged.zip", damaged, said="damaged inside its archive")


def workbook(rows: Rows, *, dimension: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADERS["plain"], *rows):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    if not dimension:
        return target.getvalue()
    source = zipfile.ZipFile(target)
    members = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    start = members[name].index(b'<dimension ref="') + len(b'<dimension ref="')
    members[name] = members[name][:start] + dimension.encode() + members[name][members[name].index(b'"', start) :]
    return archive(members)


def lines(rows: Rows, *, escaped: bool = False) -> bytes:
    names = HEADERS["plain"]
    return "".join(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=escaped) + "\n" for row in rows).encode()


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def _locked(raw: bytes) -> bytes:
    """Set the password flag in both headers."""
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(mark) + at
        raw = raw[:place] + bytes([raw[place] | 1]) + raw[place + 1 :]
    return raw


if __name__ == "__main__":
    folder = Path("corpus")
    folder.mkdir(exist_ok=True)
    for sample in corpus():
        (folder / sample.name).write_bytes(sample.raw)
