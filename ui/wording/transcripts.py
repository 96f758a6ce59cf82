"""Every visible string of the tab of past conversations, English and Chinese.

Knows: words. Does not know: where they are shown.
"""

from __future__ import annotations

PAST: dict[str, tuple[str, str]] = {
    "tab_past": ("Past conversations", "历史会话"),
    "past_heading": ("Import past conversations", "导入历史会话"),
    "past_hint": (
        "CSV, TSV, XLSX, JSON, TXT or ZIP: a row a message, a row a conversation, exports of help desks, logs of "
        "WeChat, QianNiu or WhatsApp. Phone numbers,"
        " addresses and other personal data are masked before anything is stored; see the preview.",
        "支持 CSV、TSV、XLSX、JSON、TXT、ZIP：一行一条消息、一行一段会话、客服系统导出文件，"
        "以及微信、千牛、WhatsApp 聊天记录。电话、地址等个人信息会在保存前脱敏，请在预览中确认。",
    ),
    "past_file": ("File of past conversations", "历史会话文件"),
    "past_zone": ("Time zone of times without one", "未注明时区的时间所属时区"),
    "past_preview": ("First messages, masked", "前几条消息（已脱敏）"),
    "past_roles": (
        "Who speaks? Move a name to another list where the guess is wrong.",
        "谁在说话？如果判断有误，请把名字移到正确的列表中。",
    ),
    "past_customers": ("Customers", "客户"),
    "past_agents": ("Agents (people)", "人工客服"),
    "past_bots": ("Bots", "机器人"),
    "past_skipped": ("Left out", "不导入"),
    "past_unknown": (
        "{count} lines have a speaker without a role and are left out. Put the name into a list.",
        "有 {count} 条消息的说话人没有角色，不会导入。请把名字放入某个列表。",
    ),
    "past_check": ("Check again", "重新检查"),
    "past_import": ("Import", "导入"),
    "past_would": ("This is what Import would do", "点击“导入”后的结果"),
    "past_done": ("Imported", "已导入"),
    "step_read": ("Reading the file", "正在读取文件"),
    "step_mask": ("Masking personal data", "正在脱敏"),
    "past_columns_missing": (
        "This file has no column that is known as {names}. Choose it below; without a speaker, each row is taken for a "
        "whole conversation.",
        "文件中没有识别出这些列：{names}。请在下方指定；如果没有说话人列，则每行视为一段完整会话。",
    ),
    "col_conversation_id": ("Conversation", "会话"),
    "col_turn": ("Order", "次序"),
    "col_text": ("Message", "消息"),
    "col_timestamp": ("Time", "时间"),
    "past_undone": (
        "The import was undone: {messages} messages were removed, {conversations} conversations whole.",
        "已撤销导入：删除了 {messages} 条消息，其中 {conversations} 段会话被完整删除。",
    ),
    "past_kept": (
        "{count} conversations went on in later imports and stay as they are. Undo those imports first:",
        "有 {count} 段会话在之后的导入中继续，保持不变。请先撤销那些导入：",
    ),
    "past_continued_by": ("continued by import {number}", "由导入 {number} 继续"),
    "past_drafts_kept": (
        "{count} drafts came of these conversations and stay:",
        "有 {count} 条草稿来自这些会话，予以保留：",
    ),
    "col_speaker": ("Speaker", "说话人"),
    "col_role": ("Role", "角色"),
    "col_lines": ("Lines", "消息数"),
    "col_example": ("Example", "示例"),
    "col_message": ("Message", "消息"),
    "role_customer": ("customer", "客户"),
    "role_agent": ("agent", "人工客服"),
    "role_assistant": ("bot", "机器人"),
    "role_skip": ("left out", "不导入"),
    "role_": ("?", "？"),
    "drafts_heading": ("Drafts", "草稿"),
    "drafts_hint": (
        "Questions that customers asked again and again in past conversations, with the answer most agents gave. "
        "Nothing goes live before you accept it.",
        "客户在历史会话中反复询问的问题，以及大多数客服给出的答案。接受之前不会上线。",
    ),
    "drafts_mine": ("Propose drafts", "生成草稿"),
    "drafts_empty": (
        "No drafts yet. Import past conversations, then press “{button}”.",
        "还没有草稿。请先导入历史会话，再点击“{button}”。",
    ),
    "drafts_count": ("{count} drafts wait for a decision.", "有 {count} 条草稿待处理。"),
    "drafts_mined": (
        "{questions} answered questions, {groups} groups, {drafts} drafts. {known} groups are answered already.",
        "共 {questions} 个已答复问题，{groups} 组，生成 {drafts} 条草稿；{known} 组已有答案。",
    ),
    "draft_choose": ("Choose a draft to read, change and decide about it.", "请选择一条草稿查看、修改并处理。"),
    "draft_faq": ("FAQ entry", "问答"),
    "draft_utterances": ("Utterances", "例句"),
    "col_draft": ("No.", "编号"),
    "col_draft_kind": ("Kind", "类型"),
    "col_conversations": ("Asked in", "会话数"),
    "col_agreement": ("Answers agree", "答案一致度"),
    "draft_question": ("Question", "问题"),
    "draft_answer": ("Answer", "答案"),
    "draft_variants": ("Further phrasings, one a line", "其他问法，每行一个"),
    "draft_intent": ("Intent", "意图"),
    "draft_save": ("Save", "保存"),
    "draft_accept": ("Accept", "接受"),
    "draft_reject": ("Reject", "拒绝"),
    "draft_seen": (
        "Asked {questions} times in {conversations} conversations; the answers agree to {agreement} %.",
        "在 {conversations} 段会话中被问 {questions} 次；答案一致度 {agreement}%。",
    ),
    "draft_saved": ("Draft {draft} saved.", "草稿 {draft} 已保存。"),
    "draft_accepted": ("Draft {draft} accepted: it is in use now.", "草稿 {draft} 已接受并生效。"),
    "draft_rejected": ("Draft {draft} rejected: it will not come back.", "草稿 {draft} 已拒绝，不会再次出现。"),
    "draft_none": ("Please choose a draft first.", "请先选择一条草稿。"),
}
