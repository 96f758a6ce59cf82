"""Generates transcript files as common tools write them, each with its expected turns or error.

Every file gives exactly the same turns, or is refused with a sentence that names what is wrong.
"""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl

Turns = tuple[tuple[str, str], ...]
ENGLISH: Turns = (
    ("customer", "Where is my parcel, please?"),
    ("agent", 'It is "on its way"; soon.'),
    ("customer", "Thanks, great"),
)
CHINESE: Turns = (
    ("customer", "包裹到哪里了？"),
    ("agent", "您好，正在派送，请耐心等待。"),
    ("customer", "谢谢，辛苦了"),
)
WESTERN: Turns = (
    ("customer", "Où est mon colis ?"),
    ("agent", "Il arrive « bientôt », à Noël."),
    ("customer", "Merci, génial"),
)
ENCODINGS = {
    "utf-8": (ENGLISH, CHINESE, WESTERN),
    "utf-8-sig": (ENGLISH, CHINESE, WESTERN),
    "utf-16": (ENGLISH, CHINESE, WESTERN),
    "gb18030": (CHINESE,),
    "cp1252": (WESTERN,),
}
NEWLINES = {"lf": "\n", "crlf": "\r\n"}
NAMES = {"customer": "Customer", "agent": "Agent"}
ZH_NAMES = {"customer": "客户", "agent": "客服"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One file. `turns` is its expected content; without them the error must contain `said`."""

    name: str
    raw: bytes
    turns: Turns | None = None
    said: str = ""


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def message_table(turns: Turns) -> list[str]:
    rows = [f"c1,{n},{role},{quoted(text)},2024-03-18 10:0{n}" for n, (role, text) in enumerate(turns, 1)]
    return ["conversation_id,turn,speaker,text,timestamp", *rows]


def help_desk_table(turns: Turns) -> list[str]:
    names = {"customer": "end-user", "agent": "agent"}
    rows = [f"7;2024-03-18 10:0{n};{names[role]};{quoted(text)};true" for n, (role, text) in enumerate(turns, 1)]
    return ["Ticket ID;Created at;Author role;Comment;Public", *rows]


def block_table(turns: Turns) -> list[str]:
    names = ZH_NAMES if turns is CHINESE else NAMES
    text = "\n".join(f"{names[role]}: {text}" for role, text in turns)
    return ["id,transcript", f"c1,{quoted(text)}"]


def wechat_log(turns: Turns) -> list[str]:
    names = {"customer": "张三", "agent": "客服小王"}
    return [line for n, (role, text) in enumerate(turns) for line in (f"{names[role]} 2024-03-18 10:0{n}:00", text, "")]


def qianniu_log(turns: Turns) -> list[str]:
    names = {"customer": "tb998877", "agent": "优家旗舰店:小二"}
    return [f"{names[role]} (2024-03-18 10:0{n}:00): {text}" for n, (role, text) in enumerate(turns)]


def whatsapp_log(turns: Turns) -> list[str]:
    names = {"customer": "Kim Lee", "agent": "Support Team"}
    return [f"18/03/2024, 10:0{n} - {names[role]}: {text}" for n, (role, text) in enumerate(turns)]


def plain_log(turns: Turns) -> list[str]:
    names = ZH_NAMES if turns is CHINESE else NAMES
    return [f"{names[role]}: {text}" for role, text in turns]


LAYOUTS = {
    "messages.csv": message_table,
    "help-desk.csv": help_desk_table,
    "blocks.csv": block_table,
    "wechat.txt": wechat_log,
    "qianniu.txt": qianniu_log,
    "whatsapp.txt": whatsapp_log,
    "plain.txt": plain_log,
}


def as_json(turns: Turns) -> dict[str, object]:
    return {"id": "c1", "messages": [{"role": role, "content": text} for role, text in turns]}


def corpus() -> Iterator[Sample]:
    """All files: layouts in every encoding and with both line ends, workbooks, JSON, archives, and broken ones."""
    for (layout, write), (encoding, texts), (ends, newline) in itertools.product(
        LAYOUTS.items(), ENCODINGS.items(), NEWLINES.items()
    ):
        # Windows-1252 has no Chinese names.
        if encoding == "cp1252" and layout in ("wechat.txt", "qianniu.txt"):
            continue
        for number, turns in enumerate(texts):
            # Line ends inside a cell are the spreadsheet's own and stay; those between rows differ.
            text = newline.join(write(turns)) + newline
            yield Sample(f"{encoding}-{ends}-{number}-{layout}", text.encode(encoding), turns)
    for turns, name in ((ENGLISH, "en"), (CHINESE, "zh")):
        yield Sample(f"{name}.jsonl", (json.dumps(as_json(turns), ensure_ascii=False) + "\n").encode(), turns)
        yield Sample(f"{name}.json", json.dumps([as_json(turns)], indent=2).encode(), turns)
        yield Sample(f"{name}-wrapped.json", json.dumps({"conversations": [as_json(turns)]}).encode("utf-8-sig"), turns)
        yield Sample(f"{name}.xlsx", workbook(turns), turns)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("messages.csv", "\r\n".join(message_table(turns)).encode("gb18030"))
        yield Sample(f"{name}.zip", target.getvalue(), turns)
    yield from broken()


def workbook(turns: Turns) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["conversation_id", "turn", "speaker", "text"])
    for number, (role, text) in enumerate(turns, 1):
        sheet.append(["c1", number, role, text])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def broken() -> Iterator[Sample]:
    """Files that must be refused, with the expected part of the error."""
    yield Sample("empty.csv", b"", said="empty")
    yield Sample("empty.txt", b"  \n \n", said="empty")
    yield Sample("header-only.csv", b"conversation_id,turn,speaker,text\n", said="no rows")
    yield Sample("columns.csv", b"name,price\npan,12\n", said="no column 'speaker' and 'text'")
    yield Sample("words.txt", b"just some words\nand some more\n", said="no column")
    yield Sample("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64), said="picture.csv")
    yield Sample("broken.json", b'{"messages": [{"role": "user", "content": "hi"}', said="not valid JSON")
    yield Sample("nothing.json", b"[]", said="nothing.json")
    yield Sample("quote.csv", b'conversation_id,turn,speaker,text\n1,1,user,"hi\n', said="quotation mark")
    log = "\n".join(wechat_log(CHINESE)).encode("gb18030")
    yield Sample("cut.txt", log[:60] + b"\xff\xff\xff" + log[60:], said="cut.txt")
