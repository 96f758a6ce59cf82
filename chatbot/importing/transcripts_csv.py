"""Turns written as the CSV file of the contract: conversation_id,turn,speaker,text[,timestamp].

Knows: its columns. Does not know: how transcripts are read, what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.domain import TranscriptTurn
from chatbot.importing.csv_file import write_table

COLUMNS = ("conversation_id", "turn", "speaker", "text", "timestamp")


def export_transcripts(turns: Iterable[TranscriptTurn]) -> bytes:
    """The turns as a CSV file that `transcripts.read_transcripts` reads back."""
    rows = (
        (
            turn.conversation_id,
            str(turn.turn),
            turn.speaker.value,
            turn.text,
            turn.timestamp.isoformat() if turn.timestamp else "",
        )
        for turn in turns
    )
    return write_table(COLUMNS, rows)
