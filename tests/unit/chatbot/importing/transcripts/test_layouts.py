"""The layouts of transcripts that people have, each read into the same turns."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest

from chatbot.domain import Role, TranscriptTurn
from chatbot.errors import ImportDataError, InputError
from chatbot.importing.transcripts.reading import TranscriptOptions, TranscriptReading, read_transcript_file
from chatbot.importing.transcripts.speakers import chosen_roles

C, A, B = Role.CUSTOMER, Role.AGENT, Role.ASSISTANT


def read(content: str | bytes, file: str, **options: object) -> TranscriptReading:
    raw = content.encode() if isinstance(content, str) else content
    return read_transcript_file(raw, file, TranscriptOptions(**options))  # type: ignore[arg-type]


def said(reading: TranscriptReading) -> list[tuple[Role, str]]:
    return [(turn.speaker, turn.text) for turn in reading.turns]


def balanced(reading: TranscriptReading) -> bool:
    report = reading.report
    return report.read == len(reading.turns) + report.skipped + report.failed


def test_one_row_a_conversation_is_taken_apart_at_its_speakers() -> None:
    reading = read(
        "id,transcript\n"
        '7,"Customer: Where is my parcel? Agent: Let me look. Note: it is late. Customer: Thanks"\n'
        '8,"客户：在吗\n客服：在的，请说\n机器人：请评价"\n'
        "9,no speaker at all\n",
        "chats.csv",
    )
    assert reading.layout == "conversations"
    assert [(t.conversation_id, t.turn, t.speaker, t.text) for t in reading.turns] == [
        ("7", 1, C, "Where is my parcel?"),
        ("7", 2, A, "Let me look. Note: it is late."),
        ("7", 3, C, "Thanks"),
        ("8", 1, C, "在吗"),
        ("8", 2, A, "在的，请说"),
        ("8", 3, B, "请评价"),
    ]
    assert [(p.row, p.column) for p in reading.report.problems] == [(3, "text")]
    assert balanced(reading)


WECHAT = (
    "张三 2024-03-18 10:23:45\n我的订单没到\n\n"
    "客服小王 2024/3/18 10:24\n您好\n请稍等\n\n张三 2024-03-20 08:00:00\n还没到\n"
)
QIANNIU = (
    "tb123456 (2024-03-18 10:23:45):\n在吗\n优家旗舰店:小二 (2024-03-18 10:24:01): 亲，在的\n"
    "店小蜜 (2024-03-18 10:24:05): 猜您想问\n"
)
WHATSAPP = "18/03/2024, 10:23 - Anna: where is it?\n18/03/2024, 10:24 - Support Team: I look\nit is on the way\n"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (WECHAT, [(C, "我的订单没到"), (A, "您好\n请稍等"), (C, "还没到")]),
        (QIANNIU, [(C, "在吗"), (A, "亲，在的"), (B, "猜您想问")]),
        (WHATSAPP, [(C, "where is it?"), (A, "I look\nit is on the way")]),
        ("[18/03/24, 10:23:45] Bo: hi\n[18/03/24, 10:23:50] Me: hello\n", [(C, "hi"), (A, "hello")]),
        ("客户：多少钱？\n客服：10元\n", [(C, "多少钱？"), (A, "10元")]),
        ("—— 2024-03-18 ——\n李四  10:23\n你好\n客服  10:24\n您好\n", [(C, "你好"), (A, "您好")]),
    ],
)
def test_logs_of_messengers(log: str, expected: list[tuple[Role, str]]) -> None:
    reading = read(log, "log.txt")
    assert (reading.layout, said(reading)) == ("log", expected)
    assert reading.report.failed == 0
    assert balanced(reading)


def test_a_log_in_gbk_is_detected() -> None:
    reading = read(WECHAT.encode("gb18030"), "log.txt")
    assert (reading.report.encoding, len(reading.turns)) == ("gb18030", 3)


def test_a_long_silence_begins_a_new_conversation_with_an_id_that_stays() -> None:
    once, again = read(WECHAT, "a.txt"), read(WECHAT + "客服小王 2024-03-20 08:01\n抱歉\n", "b.txt")
    first, second = dict.fromkeys(turn.conversation_id for turn in once.turns)
    assert first != second
    assert first in {turn.conversation_id for turn in again.turns}


def test_times_take_the_zone_that_is_named() -> None:
    turn = read(WECHAT, "log.txt", zone="Asia/Shanghai").turns[0]
    assert turn.timestamp == dt.datetime(2024, 3, 18, 2, 23, 45, tzinfo=dt.UTC)
    with pytest.raises(InputError, match="no time zone 'Mars/Base'"):
        read(WECHAT, "log.txt", zone="Mars/Base")


def test_a_day_above_twelve_tells_which_number_is_the_month() -> None:
    log = "03/04/2024, 09:00 - Anna: hi\n18/04/2024, 10:24 - Support: yes\n"
    assert read(log, "w.txt").turns[0].timestamp == dt.datetime(2024, 4, 3, 9, 0, tzinfo=dt.UTC)


def test_two_mere_names_are_told_apart_by_who_begins_and_by_choice() -> None:
    log = "Kim: x\n[2024-01-01 10:00] Kim: where is it?\n[2024-01-01 10:01] Lee: in Leeds\n"
    guessed = read(log, "l.txt")
    assert [(s.name, s.role, s.turns) for s in guessed.speakers] == [("Kim", "customer", 1), ("Lee", "agent", 1)]
    swapped = read(log, "l.txt", roles=chosen_roles(["Kim=agent", "lee=customer"]))
    assert said(swapped) == [(A, "where is it?"), (C, "in Leeds")]
    with pytest.raises(InputError, match="Kim=boss"):
        chosen_roles(["Kim=boss"])


INTERCOM = {
    "type": "conversation",
    "id": "77",
    "created_at": 1710757425,
    "source": {"body": "<p>Where is my <b>order</b>?</p>", "author": {"type": "user", "name": "Jane"}},
    "conversation_parts": {
        "conversation_parts": [
            {"part_type": "comment", "body": "<p>On its way &amp; soon</p>", "author": {"type": "admin"}},
            {"part_type": "note", "body": "angry", "author": {"type": "admin"}},
            {"part_type": "comment", "body": "<p>Anything else?</p>", "author": {"type": "bot"}},
        ]
    },
}
ZENDESK = {
    "id": 5,
    "requester_id": 1,
    "comments": [
        {"author_id": 1, "plain_body": "Where is it?", "public": True, "created_at": "2024-03-18T10:00:00Z"},
        {"author_id": 2, "plain_body": "On its way", "public": True, "created_at": "2024-03-18T10:05:00Z"},
        {"author_id": 2, "plain_body": "internal", "public": False, "created_at": "2024-03-18T10:06:00Z"},
    ],
}
CHATWOOT = {
    "id": 9,
    "messages": [
        {"content": "hi", "message_type": 0, "created_at": 1710757425},
        {"content": "assigned", "message_type": 2},
        {"content": "hello", "message_type": 1, "private": False},
        {"content": "psst", "message_type": 1, "private": True},
    ],
}
CHAT_MODEL = {"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}]}


@pytest.mark.parametrize(
    ("found", "expected", "skipped"),
    [
        (INTERCOM, [(C, "Where is my order?"), (A, "On its way & soon"), (B, "Anything else?")], 1),
        (ZENDESK, [(C, "Where is it?"), (A, "On its way")], 1),
        (CHATWOOT, [(C, "hi"), (A, "hello")], 2),
        (CHAT_MODEL, [(C, "hi")], 1),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_exports_of_help_desks_as_json(
    found: dict[str, object], expected: list[tuple[Role, str]], skipped: int, whole: bool
) -> None:
    content = json.dumps({"conversations": [found]}, indent=1) if whole else json.dumps(found) + "\n"
    reading = read(content, "export.json" if whole else "export.jsonl")
    assert (reading.layout, said(reading), reading.report.skipped) == ("json", expected, skipped)
    assert balanced(reading)


def test_a_help_desks_table_has_no_turns_but_times() -> None:
    reading = read(
        "Ticket ID,Created at,Author role,Comment,Public\n"
        "1,2024-03-18 10:05,agent,On its way,true\n"
        "1,2024-03-18 10:00,end-user,Where is it?,true\n"
        "1,2024-03-18 10:06,agent,internal,false\n",
        "zendesk.csv",
    )
    assert (said(reading), reading.report.skipped) == ([(C, "Where is it?"), (A, "On its way")], 1)


def test_an_archive_of_tables_is_read_whole() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in "ab":
            archive.writestr(f"{name}.csv", f"conversation_id,turn,speaker,text\n{name},1,user,hi\n")
    assert [turn.conversation_id for turn in read(target.getvalue(), "all.zip").turns] == ["a", "b"]


def test_a_speaker_that_is_not_known_says_how_to_say_who_it_is() -> None:
    table = "conversation_id,turn,speaker,text\n1,1,Jane Doe,hi\n1,2,agent,hello\n"
    reading = read(table, "t.csv")
    assert '--role "Jane Doe=agent"' in reading.report.problems[0].reason
    assert said(read(table, "t.csv", roles=chosen_roles(["*=customer"]))) == [(C, "hi"), (A, "hello")]


def test_an_id_that_is_a_phone_number_is_not_kept() -> None:
    reading = read("conversation_id,turn,speaker,text\n13812345678,1,user,hi\nabc,1,user,hi\n", "t.csv")
    assert [turn.conversation_id.partition("-")[0] for turn in reading.turns] == ["log", "abc"]


def test_examples_in_the_preview_are_masked() -> None:
    reading = read("conversation_id,turn,speaker,text\n1,1,user,call 07911 123456 please\n", "t.csv")
    assert reading.speakers[0].example == "call [phone] please"


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "[]", "just some words\n"])
def test_what_is_no_transcript_is_refused_with_a_sentence(content: str) -> None:
    with pytest.raises(ImportDataError):
        read(content, "t.json" if content[0] in "[{" else "t.csv")


def test_an_object_without_messages_fails_alone() -> None:
    good = json.dumps(CHAT_MODEL)
    reading = read('{"messages": 3}\n' + good + "\n", "t.jsonl")
    assert [(p.row, p.reason[:28]) for p in reading.report.problems] == [(1, "There is no list of messages")]
    assert balanced(reading)


def test_a_document_with_a_message_in_each_object() -> None:
    found = [
        {"conversation_id": "a", "turn": 2, "speaker": "agent", "text": "hello"},
        {"conversation_id": "a", "turn": 1, "speaker": "user", "text": "hi"},
    ]
    reading = read(json.dumps(found), "m.json")
    assert [(turn.conversation_id, turn.speaker, turn.text) for turn in reading.turns] == [
        ("a", C, "hi"),
        ("a", A, "hello"),
    ]
    assert balanced(reading)


def test_reading_gives_plain_turns() -> None:
    table = "conversation_id,turn,speaker,text\n1,1,user,hi\n"
    assert read(table, "t.csv").turns == [TranscriptTurn("1", 1, C, "hi")]
