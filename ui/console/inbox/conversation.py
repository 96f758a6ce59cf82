"""The open conversation of the inbox: read it, take it, reply, hand it back, settle it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from chatbot.domain.handoffs import Handoff
from chatbot.errors import ChatbotError, HeldError, InputError, NotFoundError
from chatbot.handoff.inbox import LONGEST_NAME, LONGEST_REPLY, colleague
from ui.catalogue import CatalogueReader
from ui.chat.actions import mark
from ui.console.inbox.present import standing_html
from ui.console.widgets import html as present
from ui.console.widgets.tables import warn
from ui.services import Services
from ui.wording.words import Words

_TOAST_SECONDS = 5
Update = tuple[Any, ...]


class OpenConversation:
    """The components, in the order in which handlers return them, and those handlers.

    The outputs are its id, its messages, who answers, the buttons, the box for a reply, and a mark that changes with
    everything that may appear by itself.
    """

    def __init__(self, services: Services, catalogue: CatalogueReader, say: Words) -> None:
        """Build the components where this is made."""
        self._services = services
        self._catalogue = catalogue
        self._say = say
        # A box and no `gr.State`, which lives on the server: it has to belong to the words that come with it.
        self.chosen = gr.Textbox(visible=False)
        self.unsent = gr.State({})
        self.shown = gr.HTML(elem_id="inbox-conversation", padding=False)
        self.standing = gr.HTML(elem_id="inbox-standing", padding=False)
        self.box = gr.Textbox(
            elem_id="inbox-reply",
            label=say("inbox_reply"),
            show_label=False,
            container=False,
            placeholder=say("inbox_reply_hint"),
            lines=1,
            max_lines=8,
            max_length=LONGEST_REPLY,
            submit_btn=say("inbox_send"),
            visible=False,
        )
        with gr.Row(elem_classes="line", elem_id="inbox-buttons"):
            self.take = gr.Button(elem_id="inbox-take", variant="primary", scale=0, min_width=140, visible=False)
            back = say("inbox_hand_back")
            self.back = gr.Button(back, elem_id="inbox-hand-back", scale=0, min_width=250, visible=False)
            self.done = gr.Button(elem_id="inbox-done", scale=0, min_width=140, visible=False)
        self.mark = gr.Textbox(visible=False)
        self.outputs = [self.chosen, self.shown, self.standing, self.take, self.back, self.done, self.box, self.mark]

    def closed(self) -> Update:
        """No conversation is open."""
        hidden = gr.Button(visible=False)
        return "", "", "", hidden, hidden, hidden, gr.Textbox(value="", visible=False), ""

    def read(self, name: str, left: str, text: str, unsent: dict[str, str], event: gr.SelectData) -> Update:
        """The conversation of the chosen row, whose id is its last cell, and what is kept unsent for each."""
        kept, chosen = _with(unsent, left, text), str(event.row_value[-1])
        return *self.view(chosen, name, words=kept.get(chosen, "")), kept

    def leave(self, left: str, text: str, unsent: dict[str, str]) -> Update:
        """Close the conversation; what was written in it is kept."""
        return *self.closed(), _with(unsent, left, text)

    def view(self, conversation_id: str, name: str, *, words: str | None = None) -> Update:
        """The conversation as it is now; what is written in the box stays unless there are `words` for it."""
        handoff = self._services.inbox.handoffs.of(conversation_id) if conversation_id else None
        if handoff is None:
            return self.closed()
        messages = self._services.conversations.messages(conversation_id)
        questions = self._catalogue.current().questions
        html = present.conversation_html(handoff.conversation, messages, questions, self._say)
        name, holder, waits = _valid_name(name), handoff.conversation.held_by, handoff.settled_at is None
        mine = bool(holder) and holder == name
        usable = waits and (mine or not holder)
        take = self._say("inbox_take_over", name=holder) if holder else self._say("inbox_take")
        done = self._say("inbox_settle" if waits else "inbox_reopen")
        return (
            conversation_id,
            html,
            standing_html(handoff, name, self._say),
            gr.Button(take, visible=waits and not mine),
            gr.Button(visible=waits and mine),
            gr.Button(done, visible=usable or not waits),
            gr.Textbox(visible=usable) if words is None else gr.Textbox(value=words, visible=usable),
            _mark(handoff, name),
        )

    def fresh(self, conversation_id: str, name: str, seen: str) -> Update:
        """The same, or nothing where nothing has changed since."""
        handoff = self._services.inbox.handoffs.of(conversation_id) if conversation_id else None
        if not conversation_id or (handoff is not None and _mark(handoff, _valid_name(name)) == seen):
            return tuple(gr.skip() for _ in self.outputs)
        return self.view(conversation_id, name)

    def take_it(self, conversation_id: str, name: str, seen: str) -> Update:
        """Take the conversation from whom the page has shown to have it."""
        instead_of = seen.partition("\n")[2]
        self._try(name, lambda by: self._services.inbox.take(conversation_id, by, instead_of=instead_of))
        return self.view(conversation_id, name)

    def reply(self, conversation_id: str, name: str, text: str) -> Update:
        """Send what is written; it stays in the box when it cannot be sent."""
        sent = self._try(name, lambda by: self._services.inbox.reply(conversation_id, text or "", by))
        return self.view(conversation_id, name, words="" if sent else None)

    def hand_back(self, conversation_id: str, name: str) -> Update:
        """Let the assistant answer again."""
        if self._try(name, lambda by: self._services.inbox.hand_back(conversation_id, by)):
            gr.Success(self._say("inbox_handed_back"), title="", duration=_TOAST_SECONDS)
        return self.view(conversation_id, name)

    def settle(self, conversation_id: str, name: str, button: str) -> Update:
        """Settle the open conversation, or put it back, as the button said."""
        inbox, settled = self._services.inbox, button == self._say("inbox_reopen")
        act = inbox.reopen if settled else inbox.settle
        if not conversation_id or not self._try(name, lambda by: act(conversation_id, by)):
            return self.view(conversation_id, name)
        said = self._say("inbox_reopened" if settled else "inbox_done", count=inbox.handoffs.count())
        gr.Success(said, title="", duration=_TOAST_SECONDS)
        return self.closed()

    def _try(self, name: str, act: Callable[[str], object]) -> bool:
        """Do something under a name; what is in its way is said, and nothing is done."""
        if not _valid_name(name):
            self._warn(self._say("inbox_name_first", limit=LONGEST_NAME))
            return False
        try:
            act(name)
        except (HeldError, NotFoundError):
            self._warn(self._say("inbox_moved"))
        except InputError:
            self._warn(self._say("inbox_wrong_reply", limit=LONGEST_REPLY))
        except ChatbotError as error:
            warn(error, self._say)
        else:
            return True
        return False

    def _warn(self, sentence: str) -> None:
        gr.Warning(sentence, title="", duration=_TOAST_SECONDS)


def _with(unsent: dict[str, str], conversation_id: str, text: str) -> dict[str, str]:
    """What is kept unsent, with what was written in the conversation that is left."""
    others = {one: words for one, words in unsent.items() if one != conversation_id}
    return others | {conversation_id: text} if conversation_id and text else others


def _valid_name(name: str) -> str:
    """The name as it is stored, empty where it cannot be used."""
    try:
        return colleague(name or "")
    except InputError:
        return ""


def _mark(handoff: Handoff, name: str) -> str:
    return f"{mark(handoff)} {name}\n{handoff.conversation.held_by}"
