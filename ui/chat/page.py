"""The customer's chat page in one language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError, NotFoundError
from ui.catalogue import CatalogueReader, starters
from ui.chat import actions, present
from ui.chat.actions import ChatView
from ui.chat.running_replies import Run, RunningReplies
from ui.chat.visitors import visitor_in
from ui.services import Services
from ui.web.header import CONSOLE, header
from ui.wording.words import Words

_PRIVATE: dict[str, Any] = {"api_visibility": "private"}
_TOGGLE_SIDE = "() => { document.getElementById('layout').classList.toggle('side-open'); }"
_CLOSE_SIDE = "() => { document.getElementById('layout').classList.remove('side-open'); }"
_FOCUS = "() => { document.querySelector('#message textarea')?.focus(); }"
# gradio draws these buttons as bare icons, anew whenever they swap places: screen readers need their names.
_NAME_BUTTONS = """() => {{
  const names = {{"submit-button": {send}, "stop-button": {stop}}};
  const name = () => Object.entries(names).forEach(([kind, label]) =>
    document.querySelector("#message ." + kind)?.setAttribute("aria-label", label));
  new MutationObserver(name).observe(document.getElementById("message"), {{childList: true, subtree: true}});
  name();
}}"""
# A customer who looks at another page meanwhile sees by the title that something has come.
_NEWS = """(mark) => {
  const before = window.seenMark;
  window.seenMark = mark;
  if (before === undefined || before === mark || !document.hidden || document.title.startsWith('● ')) return;
  const title = document.title;
  document.title = `● ${title}`;
  document.addEventListener('visibilitychange', () => { document.title = title; }, {once: true});
}"""
_TOAST_SECONDS = 4

Update = tuple[Any, ...]
_SKIPPED: Update = tuple(gr.skip() for _ in range(3))
_NOTHING: Update = tuple(gr.skip() for _ in range(8))


def build_chat(services: Services, catalogue: CatalogueReader, lang: str) -> gr.Blocks:
    """The page; every handler takes the visitor from the request's cookie."""
    say = Words(lang)
    handlers = _Handlers(services, catalogue, say)
    with gr.Blocks(title=say("chat_title"), fill_height=True, analytics_enabled=False) as page:
        gr.HTML(header("chat", say), elem_id="header", padding=False)
        with gr.Row(elem_id="layout", equal_height=True):
            with gr.Column(elem_id="side", scale=0, min_width=264):
                new = gr.Button(say("new_chat"), elem_id="new-chat", variant="secondary")
                earlier = gr.Radio([], label=say("history"), elem_id="history", container=False)
                nothing = gr.Markdown(say("history_empty"), elem_id="history-empty")
            with gr.Column(elem_id="talk", scale=1, min_width=280):
                toggle = gr.Button(say("show_history"), elem_id="show-side", size="sm")
                chat = gr.Chatbot(
                    elem_id="chat",
                    label=say("conversation"),
                    show_label=False,
                    container=False,
                    height="100%",
                    layout="bubble",
                    buttons=[],
                    latex_delimiters=[],
                    group_consecutive_messages=False,
                    feedback_options=(
                        present.LIKE,
                        present.DISLIKE,
                        *(say.named("reason", reason) for reason in present.REASONS),
                    ),
                )
                person = gr.HTML(elem_id="person", padding=False)
                box = gr.Textbox(
                    elem_id="message",
                    label=say("message_label"),
                    show_label=False,
                    container=False,
                    placeholder=say("message_hint"),
                    lines=1,
                    max_lines=6,
                    submit_btn=True,
                    autofocus=True,
                )
        # Boxes and no `gr.State`: that would keep a connection open for every page.
        current, seen = gr.Textbox(visible=False), gr.Textbox(visible=False)
        timer = gr.Timer(actions.WAITING_SECONDS, active=False)

        beside = [person, seen, timer]
        whole = [chat, box, current, earlier, nothing, *beside]
        names = _NAME_BUTTONS.format(send=json.dumps(say("send")), stop=json.dumps(say("stop")))
        page.load(None, None, None, js=names)
        quiet: dict[str, Any] = {"show_progress": "hidden", **_PRIVATE}
        page.load(handlers.load, None, whole, queue=False, **quiet)
        box.submit(handlers.send, [box, current], whole, **quiet)
        for picked in (chat.option_select, chat.example_select):
            chosen = picked(handlers.picked, None, box, queue=False, **quiet)
            chosen.then(handlers.send, [box, current], whole, **quiet)
        looked = timer.tick(handlers.follow, [current, seen], [chat, *beside], queue=False, **quiet)
        looked.then(None, seen, None, js=_NEWS)
        box.stop(handlers.stop, None, None, queue=False, **quiet)
        chat.like(handlers.rate, current, None, **quiet)
        new.click(handlers.new, None, whole, queue=False, **quiet).then(None, None, None, js=_FOCUS)
        earlier.input(handlers.open, earlier, whole, queue=False, **quiet)
        toggle.click(None, None, None, js=_TOGGLE_SIDE)
        earlier.input(None, None, None, js=_CLOSE_SIDE)
        new.click(None, None, None, js=_CLOSE_SIDE)
    return page


class _Handlers:
    """What the events call.

    The outputs are chat, message box, conversation id, history list, hint under it, and what tells of colleagues: the
    line above the box, what the page has seen, and the timer that looks for more.
    """

    def __init__(self, services: Services, catalogue: CatalogueReader, say: Words) -> None:
        self._services = services
        self._catalogue = catalogue
        self._say = say
        self._running = RunningReplies()

    def load(self, request: gr.Request) -> Update:
        """The visitor's newest conversation, or the welcome."""
        visitor = visitor_in(request.cookies)
        mine = actions.history(self._services, visitor) if visitor else []
        return self._whole(visitor or "", mine[0].id if mine else "")

    def open(self, conversation_id: str, request: gr.Request) -> Update:
        self._running.leave(request.session_hash or "")
        return self._whole(visitor_in(request.cookies) or "", conversation_id or "")

    def new(self, request: gr.Request) -> Update:
        return self.open("", request)

    def picked(self, event: gr.SelectData) -> str:
        """The text of a starter question or of a choice."""
        return event.value["text"] if isinstance(event.value, dict) else str(event.value)

    def send(self, text: str, conversation_id: str, request: gr.Request) -> Iterator[Update]:
        """Follow one reply. A message that cannot be sent stays in the box."""
        visitor = visitor_in(request.cookies)
        if visitor is None:
            gr.Warning(self._say("no_cookie"), title="", duration=_TOAST_SECONDS)
        with self._running.begin(request.session_hash or "") as run:
            if visitor is None or run is None or not (text or "").strip():
                yield _NOTHING
                return
            for update in self._reply(visitor, conversation_id or "", text, run):
                if run.left.is_set():
                    yield _NOTHING
                    return
                yield update

    def follow(self, conversation_id: str, seen: str, request: gr.Request) -> Update:
        """What a colleague wrote meanwhile, and who answers now; nothing while a reply is on its way."""
        visitor = visitor_in(request.cookies) or ""
        if self._running.busy(request.session_hash or ""):
            return gr.skip(), *_SKIPPED
        now = actions.standing(self._services, visitor, conversation_id or "")
        if actions.mark(now) == seen:
            over = not actions.follow_seconds(now)
            return gr.skip(), gr.skip(), gr.skip(), gr.Timer(active=False) if over else gr.skip()
        view = actions.view(self._services, self._catalogue, visitor, conversation_id or "", self._say)
        return gr.Chatbot(value=list(view.bubbles), feedback_value=list(view.thumbs)), *self._beside(view)

    def stop(self, request: gr.Request) -> None:
        self._running.stop(request.session_hash or "")

    def rate(self, event: gr.LikeData, conversation_id: str, request: gr.Request) -> None:
        """Store a thumb, or why an answer did not help; the same twice is stored once."""
        place = event.index[0] if isinstance(event.index, (list, tuple)) else event.index
        said = {self._say.named("reason", reason): reason for reason in present.REASONS}
        if event.liked not in {True, False, *said}:
            return
        helpful, reason = event.liked is True, said.get(str(event.liked), "")
        visitor = visitor_in(request.cookies) or ""
        try:
            actions.rate(self._services, visitor, conversation_id or "", int(place), helpful, reason)
        except NotFoundError:
            gr.Warning(self._say("not_rated"), title="", duration=_TOAST_SECONDS)
            return
        if not reason:  # a click on a reason comes twice, and the mark at the message says that it was heard
            gr.Info(self._say("thanks"), title="", duration=_TOAST_SECONDS)

    def _reply(self, visitor: str, conversation_id: str, text: str, run: Run) -> Iterator[Update]:
        box = gr.Textbox(value="", submit_btn=False, stop_btn=True)
        last = ChatView()
        views = actions.send(
            self._services, self._catalogue, visitor, conversation_id, text, self._say, run.stop.is_set
        )
        try:
            with closing(views):
                for last in views:
                    yield list(last.bubbles), box, last.conversation_id, gr.skip(), gr.skip(), *_SKIPPED
                    box = gr.skip()
        except ChatbotError as error:
            gr.Warning(present.literal(str(error)), title="", duration=_TOAST_SECONDS)
            box = gr.Textbox(value=text, submit_btn=True, stop_btn=False)
            view = actions.view(self._services, self._catalogue, visitor, conversation_id, self._say)
            yield list(view.bubbles), box, view.conversation_id, gr.skip(), gr.skip(), *self._beside(view)
            return
        chat = gr.Chatbot(value=list(last.bubbles), feedback_value=list(last.thumbs))
        box = gr.Textbox(submit_btn=True, stop_btn=False)
        yield chat, box, last.conversation_id, *self._earlier(visitor, last.conversation_id), *self._beside(last)

    def _whole(self, visitor: str, conversation_id: str) -> Update:
        view = actions.view(self._services, self._catalogue, visitor, conversation_id, self._say)
        known = self._catalogue.current()
        begin = starters(known.entries, self._say.lang)
        console = f"{CONSOLE}/{self._say.lang}/"
        chat = gr.Chatbot(
            value=list(view.bubbles),
            feedback_value=list(view.thumbs),
            placeholder=present.welcome(bool(known.entries), bool(begin), console, self._say),
            examples=[{"text": question} for question in begin],
        )
        ready = gr.Textbox(submit_btn=True, stop_btn=False)
        earlier = self._earlier(visitor, view.conversation_id)
        return chat, ready, view.conversation_id, *earlier, *self._beside(view)

    def _beside(self, view: ChatView) -> Update:
        again = actions.follow_seconds(view.handoff)
        timer = gr.Timer(again, active=True) if again else gr.Timer(active=False)
        return present.person_line(view.handoff, self._say), view.mark, timer

    def _earlier(self, visitor: str, conversation_id: str) -> Update:
        mine = present.titles(actions.history(self._services, visitor), self._say) if visitor else []
        known = {identity for _, identity in mine}
        listed = gr.Radio(choices=mine, value=conversation_id if conversation_id in known else None)
        return listed, gr.Markdown(visible=not mine)
