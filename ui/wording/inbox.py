"""The strings of conversations that wait for a person, English and Chinese: part of `ui.wording.words`.

Knows: words. Does not know: where they are shown.
"""

from __future__ import annotations

INBOX: dict[str, tuple[str, str]] = {
    "inbox_heading": ("Waiting for a person: {count}", "等待人工处理：{count}"),
    "inbox_hint": (
        "These customers were told that a colleague answers. Choose one, take it and write: the assistant stays silent "
        "until you hand it back or settle it. While nobody has it, the assistant answers what it can.",
        "系统已告知这些客户会有同事回复。点选一段对话，接手后即可回复：在您交还或标为已处理之前，助手不会插话。"
        "无人接手时，助手会尽量回答。",
    ),
    "inbox_badge": ("Waiting for a reply of the team: {count}", "待人工回复：{count}"),
    "inbox_empty": ("Nobody waits for a person.", "目前没有等待人工的客户。"),
    "inbox_none_settled": ("Nothing has been settled yet.", "还没有已处理的对话。"),
    "inbox_not_found": ("None of these holds those words.", "没有包含这些词的对话。"),
    "inbox_waiting": ("Waiting", "等待中"),
    "inbox_settled": ("Settled", "已处理"),
    "inbox_show": ("Show", "显示"),
    "inbox_name": ("Your name, as customers read it", "您的姓名（客户可见）"),
    "inbox_alert": ("Sound and notification when somebody waits", "有客户等待时发出提示音和通知"),
    "inbox_take": ("Take it", "接手"),
    "inbox_take_over": ("Take over from {name}", "从 {name} 处接手"),
    "inbox_hand_back": ("Hand back to the assistant", "交还助手"),
    "inbox_settle": ("Settled", "已处理"),
    "inbox_reopen": ("Put back on the list", "重新列入等待"),
    "inbox_reply": ("Your reply", "您的回复"),
    "inbox_reply_hint": ("Write to the customer; Enter sends", "给客户回复，按回车发送"),
    "inbox_send": ("Send", "发送"),
    "inbox_nobody": ("Nobody has taken this conversation yet.", "还没有同事接手这段对话。"),
    "inbox_mine": ("You answer here as {name}. The assistant is silent.", "您正以“{name}”的身份回复，助手不会插话。"),
    "inbox_theirs": ("{name} answers here. The assistant is silent.", "{name} 正在回复，助手不会插话。"),
    "inbox_by": ("Settled by {name}.", "由 {name} 处理完毕。"),
    "inbox_done": ("Settled. {count} waiting.", "已处理，还有 {count} 段等待。"),
    "inbox_reopened": ("Back on the list. {count} waiting.", "已重新列入，共 {count} 段等待。"),
    "inbox_handed_back": (
        "Handed back: the assistant answers again, and the conversation stays on the list.",
        "已交还：助手恢复回答，这段对话仍在等待列表中。",
    ),
    "inbox_name_first": (
        "Please give your name first, in at most {limit} characters: customers read it beside your replies.",
        "请先填写您的姓名（最多 {limit} 个字），客户会在回复旁看到它。",
    ),
    "inbox_wrong_reply": (
        "Please write something, in at most {limit:,} characters. Nothing was sent.",
        "请输入回复内容，最多 {limit:,} 个字。消息没有发送。",
    ),
    "inbox_moved": (
        "Somebody else was faster: this conversation is not where it was. Nothing was changed.",
        "其他同事已先处理，这段对话的状态已变化，没有做任何改动。",
    ),
    "inbox_search": ("Search the list", "搜索列表"),
    "col_waits": ("Waiting", "等待时长"),
    "col_answers": ("Who answers", "处理人"),
    "col_passed_on": ("Passed on (UTC)", "转人工时间（UTC）"),
    "answers_nobody": ("nobody yet", "无人接手"),
    "answers_open": ("{name}, needs a reply", "{name}，待回复"),
    "waited_minutes": ("{minutes} min", "{minutes} 分钟"),
    "waited_hours": ("{hours} h {minutes} min", "{hours} 小时 {minutes} 分钟"),
    "waited_days": ("{days} d {hours} h", "{days} 天 {hours} 小时"),
    "person_waiting": (
        "You are waiting for a colleague. Until one is here, the assistant answers what it can.",
        "正在等待人工同事。同事到来之前，助手会尽量回答您的问题。",
    ),
    "person_here": (
        "{name} answers you here: your messages go to {name}, and the assistant stays silent.",
        "{name} 正在这里回复您：您的消息会直接发给 {name}，助手暂不回复。",
    ),
}
