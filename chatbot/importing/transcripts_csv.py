"""Past conversations as CSV: conversation_id,turn,speaker,text[,timestamp].

Knows: columns, names of speakers, forms of time. Does not know: what is stored already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from chatbot import text
from chatbot.domain import ImportReport, Role, RowProblem, TranscriptTurn
from chatbot.importing import cells
from chatbot.importing.csv_file import Column, Line, read_table, write_table

MAX_TEXT_CHARS = 20_000
MAX_ID_CHARS = 200
COLUMNS = (
    Column(
        "conversation_id",
        "conversation,dialogue_id,dialog_id,session_id,session,chat_id,ticket_id,会话,会话id,會話id,对话id,對話id,会话编号",
    ),
    Column("turn", "turn_id,turn_index,turn_number,position,seq,index,轮次,輪次,序号,序號"),
    Column("speaker", "role,sender,author,from,说话人,說話人,角色,发言人,發言人"),
    Column("text", "utterance,message,content,body,文本,内容,內容,消息,话语"),
    Column("timestamp", "time,date,datetime,created_at,时间,時間,日期", required=False),
)
SPEAKERS = {
    Role.CUSTOMER: "customer,user,client,visitor,consumer,human,顾客,顧客,客户,客戶,用户,用戶,买家,買家",
    Role.AGENT: "agent,assistant,bot,operator,staff,support,human agent,客服,坐席,座席,机器人,機器人,助手,卖家,賣家",
}
SYSTEM = ("system", "event", "note", "系统", "系統")
_ROLES = {name: role for role, names in SPEAKERS.items() for name in names.split(",")}


def read_transcripts(
    raw: bytes, file: str, *, max_mb: float | None = None
) -> tuple[list[TranscriptTurn], ImportReport]:
    """The turns of a file, each conversation together and in the order of its turns, and the report so far.

    Rows of the system are skipped. A time without zone is taken as UTC.

    Raises:
        ImportDataError: the file cannot be read as such a table.
    """
    table = read_table(raw, COLUMNS, file, max_mb=max_mb)
    conversations: dict[str, dict[int, tuple[TranscriptTurn, int]]] = {}
    problems: list[RowProblem] = []
    skipped = 0
    for line in table.lines:
        if line.problem is None and _speaker(line) in SYSTEM:
            skipped += 1
            continue
        made = _turn(line)
        if isinstance(made, RowProblem):
            problems.append(made)
            continue
        turns = conversations.setdefault(made.conversation_id, {})
        if made.turn in turns:
            reason = f"Turn {made.turn} of this conversation stands in row {turns[made.turn][1]} already."
            problems.append(RowProblem(line.number, "turn", reason))
            continue
        turns[made.turn] = made, line.number
    ordered = [turns[number][0] for turns in conversations.values() for number in sorted(turns)]
    return ordered, table.report(skipped=skipped, problems=problems, failed=len(problems))


def export_transcripts(turns: Iterable[TranscriptTurn]) -> bytes:
    """The turns as a CSV file that `read_transcripts` reads back."""
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
    return write_table([column.name for column in COLUMNS], rows)


def _speaker(line: Line) -> str:
    return text.clean(line.cells["speaker"]).casefold()


def _turn(line: Line) -> TranscriptTurn | RowProblem:
    if line.problem is not None:
        return line.problem
    given = line.cells
    conversation_id = text.clean(given["conversation_id"])
    said = cells.verbatim(given["text"])
    for column, content, limit in (("conversation_id", conversation_id, MAX_ID_CHARS), ("text", said, MAX_TEXT_CHARS)):
        if not content:
            return RowProblem(line.number, column, f"The {column} is empty.")
        if len(content) > limit:
            return RowProblem(line.number, column, f"The {column} has {len(content)} characters, the limit is {limit}.")
    number = _number(given["turn"])
    if number is None:
        return RowProblem(line.number, "turn", f"The turn {given['turn'].strip()!r} is not a whole number.")
    role = _ROLES.get(_speaker(line))
    if role is None:
        reason = f"The speaker {given['speaker'].strip()!r} is not known. Write customer, agent or system."
        return RowProblem(line.number, "speaker", reason)
    try:
        moment = _moment(given["timestamp"])
    except ValueError:
        reason = f"The time {given['timestamp'].strip()!r} is not of the form 2026-01-31 13:45:00."
        return RowProblem(line.number, "timestamp", reason)
    return TranscriptTurn(conversation_id, number, role, said, moment)


def _number(cell: str) -> int | None:
    """A whole number; a spreadsheet may have made 3 into 3.0."""
    whole = cell.strip().removesuffix(".0")
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 else None


def _moment(cell: str) -> dt.datetime | None:
    """A time in UTC; seconds since 1970 are understood too."""
    given = cell.strip()
    if not given:
        return None
    if given.isascii() and given.replace(".", "", 1).isdigit() and len(given.partition(".")[0]) == 10:
        return dt.datetime.fromtimestamp(float(given), dt.UTC)
    moment = dt.datetime.fromisoformat(given.replace("/", "-"))
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
