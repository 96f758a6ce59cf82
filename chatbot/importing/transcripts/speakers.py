"""Roles of the speakers in a transcript: customer, agent, bot, or none (system notes)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chatbot import text
from chatbot.domain import Role
from chatbot.errors import InputError

SKIPPED = "skip"
"""Role of lines that belong to no speaker: joined, assigned, internal notes."""
ROLES: Mapping[str, str] = {
    "customer": Role.CUSTOMER.value,
    "agent": Role.AGENT.value,
    "bot": Role.ASSISTANT.value,
    "skip": SKIPPED,
}
"""Roles that a user may assign to a speaker."""
_NAMES = {
    Role.CUSTOMER.value: (
        "customer,user,client,visitor,consumer,human,contact,lead,end-user,end user,enduser,requester,buyer,"
        "guest,caller,"
        "incoming,inbound,in,received,shopper,patient,member,subscriber,"
        "顾客,顧客,客户,客戶,用户,用戶,买家,買家,访客,訪客,会员,會員,客人,消费者,提问者,对方,接收"
    ),
    Role.AGENT.value: (
        "agent,operator,staff,support,human agent,admin,teammate,representative,rep,advisor,csr,employee,seller,"
        "owner,"
        "outgoing,outbound,out,sent,me,support agent,customer service,customer support,"
        "客服,人工客服,人工,坐席,座席,卖家,賣家,商家,店员,店員,店小二,专员,售后,售前,客服人员,我,本人,发送,接待"
    ),
    Role.ASSISTANT.value: (
        "bot,assistant,robot,chatbot,agentbot,agent_bot,agent bot,virtual assistant,virtual agent,ai,ai agent,"
        "fin,auto,autoreply,"
        "auto-reply,auto reply,automation,template,"
        "机器人,機器人,助手,智能助手,智能客服,机器人客服,自动回复,自動回覆,店小蜜,小蜜,阿里小蜜,助理,ai客服"
    ),
    SKIPPED: (
        "system,event,note,private note,internal note,activity,notification,assignment,close,open,snoozed,tool,"
        "function,"
        "系统,系統,系统消息,系统提示,备注,備註,通知"
    ),
}
_ROLE_OF = {name: role for role, names in _NAMES.items() for name in names.split(",")}
_SHOP_ACCOUNT = re.compile(
    r"(?:旗舰店|专营店|专卖店|官方店|企业店|店铺|商城|客服|店)[:：]?.{0,16}$|^cntaobao|"
    r"客服|售后|售前|店小二",
    re.IGNORECASE,
)
_BOT_ACCOUNT = re.compile(r"机器人|小蜜|智能|自动回复|\bbot\b|chatbot|robot|assistant", re.IGNORECASE)
_AGENT_ACCOUNT = re.compile(r"\b(?:agent|support|service desk|helpdesk|customer care|team)\b", re.IGNORECASE)
_CUSTOMER_ACCOUNT = re.compile(
    r"客户|顾客|买家|用户|\bcustomer\b|\bvisitor\b|\bguest\b|^tb\d|^tb_?\w+$|"
    r"^jd_\w+$",
    re.IGNORECASE,
)


def folded(name: str) -> str:
    """A speaker's name in the form in which names are compared."""
    return text.clean(name).casefold()


def named_role(name: str) -> str | None:
    """The role that a speaker's name states: a value of `Role`, `skip`, or None for a mere name."""
    return _ROLE_OF.get(folded(name))


def role_of_account(name: str) -> str | None:
    """The role that an account's name suggests by the naming habits of shops and help desks."""
    known = named_role(name)
    if known is not None:
        return known
    if _BOT_ACCOUNT.search(name):
        return Role.ASSISTANT.value
    if _CUSTOMER_ACCOUNT.search(name):
        return Role.CUSTOMER.value
    if _SHOP_ACCOUNT.search(name) or _AGENT_ACCOUNT.search(name):
        return Role.AGENT.value
    return None


def guessed_roles(speakers: Sequence[tuple[str, int]], first: str) -> dict[str, str]:
    """Roles for speakers whose names do not state one.

    `speakers` are pairs of name and number of conversations; `first` is whoever speaks first. If one side is known, the
    others are the other side. Otherwise, of two speakers the first is the customer; of more, the one who takes part in
    the most conversations is the agent.
    """
    roles = {name: role for name, _ in speakers if (role := role_of_account(name)) is not None}
    unknown = [(name, count) for name, count in speakers if name not in roles]
    sides = set(roles.values())
    if not unknown or not speakers:
        return roles
    if sides & {Role.AGENT.value, Role.ASSISTANT.value}:
        return roles | {name: Role.CUSTOMER.value for name, _ in unknown} if Role.CUSTOMER.value not in sides else roles
    if Role.CUSTOMER.value in sides:
        return roles | {name: Role.AGENT.value for name, _ in unknown}
    if len(unknown) == 2 and unknown[0][1] == unknown[1][1]:
        return roles | {name: (Role.CUSTOMER if name == first else Role.AGENT).value for name, _ in unknown}
    busiest = max(unknown, key=lambda pair: pair[1])
    if busiest[1] > 1 and sum(count == busiest[1] for _, count in unknown) == 1:
        return roles | {name: (Role.AGENT if name == busiest[0] else Role.CUSTOMER).value for name, _ in unknown}
    return roles


def chosen_roles(pairs: Sequence[str]) -> dict[str, str]:
    """The roles that a user assigned: `NAME=agent`, with customer, agent, bot or skip as the role.

    Raises:
        InputError: a pair has another form or role.
    """
    chosen: dict[str, str] = {}
    for pair in pairs:
        name, sign, role = pair.rpartition("=")
        if not sign or not name.strip() or role.strip().casefold() not in ROLES:
            raise InputError(f"The role {pair!r} is not of the form NAME=ROLE with ROLE one of {', '.join(ROLES)}.")
        chosen[folded(name)] = ROLES[role.strip().casefold()]
    return chosen
