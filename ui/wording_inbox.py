"""The strings of the list of conversations that wait for a person, English and Chinese: part of `ui.wording`.

Knows: words. Does not know: where they are shown.
"""

from __future__ import annotations

INBOX: dict[str, tuple[str, str]] = {
    "inbox_heading": ("Waiting for a person: {count}", "等待人工处理：{count}"),
    "inbox_hint": (
        "These customers were told that a person takes over. Choose one to read it; take it off the list when it is "
        "settled. Who is passed on again comes back.",
        "系统已告知这些客户将由人工接手。点选一段对话查看内容，处理完毕后点“已处理”。再次转人工的对话会重新出现。",
    ),
    "inbox_empty": ("Nobody waits for a person.", "目前没有等待人工的客户。"),
    "inbox_none_settled": ("Nothing has been settled yet.", "还没有已处理的对话。"),
    "inbox_not_found": ("None of these holds those words.", "没有包含这些词的对话。"),
    "inbox_waiting": ("Waiting", "等待中"),
    "inbox_settled": ("Settled", "已处理"),
    "inbox_show": ("Show", "显示"),
    "inbox_settle": ("Settled", "已处理"),
    "inbox_reopen": ("Put back on the list", "重新列入等待"),
    "inbox_done": ("Settled. {count} waiting.", "已处理，还有 {count} 段等待。"),
    "inbox_reopened": ("Back on the list. {count} waiting.", "已重新列入，共 {count} 段等待。"),
    "col_passed_on": ("Passed on (UTC)", "转人工时间（UTC）"),
    "col_settled_by": ("Settled by", "处理人"),
    "inbox_search": ("Search in messages of the list", "在列表的消息中搜索"),
}
