"""Writes turns as the CSV file of the contract: conversation_id,turn,speaker,text[,timestamp]."""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.domain import Role, TranscriptTurn
from chatbot.importing.files.csv_file import write_table

COLUMNS = ("conversation_id", "turn", "speaker", "text", "timestamp")


def export_transcripts(turns: Iterable[TranscriptTurn]) -> bytes:
    """The turns as a CSV file that `transcripts.read_transcripts` reads back.

    Everybody who answered, a person or the assistant, is written as the agent, as readers of such files expect.
    """
    rows = (
        (
            turn.conversation_id,
            str(turn.turn),
            (Role.CUSTOMER if turn.speaker is Role.CUSTOMER else Role.AGENT).value,
            turn.text,
            turn.timestamp.isoformat() if turn.timestamp else "",
        )
        for turn in turns
    )
    return write_table(COLUMNS, rows)
