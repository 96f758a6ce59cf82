"""Transcripts as tables: one row per message, as in the CSV contract and most help desks, or one per conversation."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.errors import Problem
from chatbot.importing.files.columns import Column, Line, places_of
from chatbot.importing.transcripts.conversation_text import said_inline
from chatbot.importing.transcripts.source_line import Spoken

_ID = (
    "conversation,dialogue_id,dialog_id,session_id,session,chat_id,ticket_id,conversation_display_id,ticket,"
    "ticket number,case_id,"
    "case number,thread_id,room_id,interaction id,会话,会话id,會話id,对话id,對話id,会话编号,会话号,工单号,工单编号"
)
_TIME = (
    "time,date,datetime,created_at,created,sent_at,date created,updated_at,时间,時間,日期,发送时间,消息时间,"
    "创建时间,發送時間"
)
MESSAGE_COLUMNS = (
    Column("conversation_id", _ID, required=False),
    Column("turn", "turn_id,turn_index,turn_number,position,seq,index,sequence,轮次,輪次,序号,序號", required=False),
    Column(
        "speaker",
        "role,sender,author,from,sender_type,author_type,author.type,sender.type,author role,user type,"
        "message_type,direction,"
        "sender name,author name,author.name,sender.name,说话人,說話人,角色,发言人,發言人,发送人,发送者,發送者,"
        "发送方,消息方向,昵称,用户类型",
    ),
    Column(
        "text",
        "utterance,message,content,body,plain_body,plain body,comment,message body,message text,文本,内容,內容,"
        "消息,话语,消息内容,"
        "聊天内容,訊息",
    ),
    Column("timestamp", _TIME, required=False),
    Column("private", "is_private,internal,is_internal,private note,internal note,内部备注", required=False),
    Column("public", "is_public,public comment,公开", required=False),
    Column("part_type", "part type,event type,content_type", required=False),
)
"""The contract's `conversation_id,turn,speaker,text[,timestamp]`; without ids the whole file is one conversation."""
BLOCK_COLUMNS = (
    Column("conversation_id", _ID + ",id,number,编号", required=False),
    Column(
        "text",
        "conversation_text,transcript,conversation,dialogue,dialog,chat,chat_log,messages,messages_text,body,"
        "content,会话内容,对话内容,"
        "對話內容,聊天记录,聊天記錄,对话,會話內容,内容",
    ),
    Column("timestamp", _TIME, required=False),
)
_YES = ("true", "1", "yes", "t", "y", "是")
_NO = ("false", "0", "no", "f", "n", "否")
_NOT_SAID = ("note", "assignment", "open", "close", "snoozed", "activity", "note_and_reopen", "away_mode_assignment")


def fits_messages(header: tuple[str, ...]) -> bool:
    """Whether a table has one row per message."""
    places = places_of(header, MESSAGE_COLUMNS)
    return "speaker" in places and "text" in places


def fits_blocks(header: tuple[str, ...]) -> bool:
    """Whether a table may have one row per conversation."""
    return "text" in places_of(header, BLOCK_COLUMNS)


def messages_of(lines: Iterator[Line]) -> Iterator[Spoken]:
    """The lines of a table with one row per message."""
    numbered: bool | None = None
    for line in lines:
        cells = line.cells
        if line.problem is not None:
            yield Spoken(line.number, "", "", "", problem=line.problem)
            continue
        numbered = bool(cells["turn"].strip()) if numbered is None else numbered
        turn = _number(cells["turn"])
        if turn is None and (numbered or cells["turn"].strip()):
            why = Problem.of("not_a_number", "The turn {turn!r} is not a whole number.", turn=cells["turn"].strip())
            yield Spoken(line.number, cells["conversation_id"], "", "", problem=line.wrong("turn", why))
            continue
        yield Spoken(
            line.number,
            cells["conversation_id"],
            _speaker(cells["speaker"]),
            cells["text"],
            cells["timestamp"],
            turn,
            hidden=(
                cells["private"].strip().casefold() in _YES
                or cells["public"].strip().casefold() in _NO
                or cells["part_type"].strip().casefold() in _NOT_SAID
            ),
        )


def blocks_of(lines: Iterator[Line]) -> Iterator[Spoken]:
    """The lines of a table with one row per conversation: each text is split at its speakers."""
    for line in lines:
        cells = line.cells
        if line.problem is not None:
            yield Spoken(line.number, "", "", "", problem=line.problem)
            continue
        said = said_inline(cells["text"])
        if not said:
            why = Problem.of("no_speaker", 'No speaker was found. Write the text like "Customer: ... Agent: ...".')
            yield Spoken(line.number, "", "", "", problem=line.wrong("text", why))
        for turn, (speaker, text) in enumerate(said, 1):
            yield Spoken(line.number, cells["conversation_id"], speaker, text, cells["timestamp"], turn, line.number)


def _speaker(cell: str) -> str:
    """The speaker; Chatwoot's numeric message types become names."""
    return {"0": "incoming", "1": "outgoing", "2": "activity", "3": "template"}.get(cell.strip(), cell)


def _number(cell: str) -> int | None:
    """A whole number, or None; a spreadsheet may have turned 3 into 3.0."""
    whole = cell.strip().removesuffix(".0")
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 else None
