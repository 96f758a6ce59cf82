"""Past conversations and test queries."""

from __future__ import annotations

import datetime as dt

import pytest

from chatbot.domain import Role, TranscriptTurn
from chatbot.errors import ImportDataError
from chatbot.importing.queries_csv import read_queries
from chatbot.importing.transcripts.csv_export import export_transcripts
from chatbot.importing.transcripts.reading import read_transcripts

HEADER = "conversation_id,turn,speaker,text,timestamp\n"


def test_turns_are_put_in_order_and_conversations_together() -> None:
    turns, report = read_transcripts((HEADER + "b,2,agent,b2,\na,1,user,a1,\nb,1,顾客,b1,\n").encode(), "t.csv")
    assert [(turn.conversation_id, turn.turn, turn.text) for turn in turns] == [
        ("b", 1, "b1"),
        ("b", 2, "b2"),
        ("a", 1, "a1"),
    ]
    assert (report.read, report.failed, report.skipped) == (3, 0, 0)


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("customer", Role.CUSTOMER),
        ("User", Role.CUSTOMER),
        ("客户", Role.CUSTOMER),
        ("用户", Role.CUSTOMER),
        ("agent", Role.AGENT),
        ("ASSISTANT", Role.ASSISTANT),
        ("bot", Role.ASSISTANT),
        ("客服", Role.AGENT),
    ],
)
def test_speakers_have_many_names(speaker: str, role: Role) -> None:
    turns, _ = read_transcripts(f"会话ID,轮次,角色,内容\n1,1,{speaker},hi\n".encode(), "t.csv")
    assert turns == [TranscriptTurn("1", 1, role, "hi")]


def test_rows_of_the_system_are_skipped() -> None:
    turns, report = read_transcripts((HEADER + "a,1,system,joined,\na,2,customer,hi,\n").encode(), "t.csv")
    assert len(turns) == 1
    assert (report.read, report.skipped, report.failed, report.problems) == (2, 1, 0, ())


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",1,user,hi,", "conversation_id"),
        ("a,one,user,hi,", "turn"),
        ("a,,user,hi,", "turn"),
        ("a,-1,user,hi,", "turn"),
        ("a,9,user,hi,", "turn"),
        ("a,1,narrator,hi,", "speaker"),
        ("a,1,user, ,", "text"),
        ("a,1,user,hi,yesterday", "timestamp"),
        ("a,1,user,hi, there,x", ""),
    ],
)
def test_a_bad_turn_fails_alone(row: str, column: str) -> None:
    turns, report = read_transcripts((HEADER + f"a,9,agent,good,\n{row}\n").encode(), "t.csv")
    assert len(turns) == 1
    assert (report.read, report.failed) == (2, 1)
    assert (report.problems[0].row, report.problems[0].column) == (2, column)


@pytest.mark.parametrize(
    ("given", "hour"),
    [
        ("2026-01-31 13:45:00", 13),
        ("2026/01/31 13:45:00", 13),
        ("2026-01-31T13:45:00Z", 13),
        ("2026-01-31T13:45:00+08:00", 5),
        ("1769867100", 13),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(given: str, hour: int) -> None:
    turns, _ = read_transcripts((HEADER + f"a,3.0,user,hi,{given}\n").encode(), "t.csv")
    assert turns[0].timestamp == dt.datetime(2026, 1, 31, hour, 45, tzinfo=dt.UTC)


def test_exported_turns_read_back_equal() -> None:
    at = dt.datetime(2026, 1, 31, 13, 45, 0, 123456, tzinfo=dt.UTC)
    turns = [TranscriptTurn("a", 1, Role.CUSTOMER, "=1\n+2", at), TranscriptTurn("a", 2, Role.AGENT, "好")]
    assert read_transcripts(export_transcripts(turns), "t.csv")[0] == turns


def test_queries_pair_with_the_stored_question_or_with_nothing() -> None:
    assert read_queries(b"query,faq\nhow  long, How long?\nweather,\n", "q.csv") == [
        ("how long", "How long?"),
        ("weather", ""),
    ]


def test_a_file_of_queries_is_read_whole_or_not_at_all() -> None:
    with pytest.raises(ImportDataError, match=r"q\.csv, row 2: The query is empty"):
        read_queries(b"query,faq\na,b\n ,b\n", "q.csv")
