"""The console's card of all entries: list, filter, sort, bulk actions."""

from __future__ import annotations

from typing import Any

import gradio as gr

from chatbot.errors import ChatbotError
from ui.console.knowledge import actions, present
from ui.console.knowledge.entry_form import EntryForm
from ui.console.widgets.tables import PRIVATE, table, tell, warn
from ui.services import Services
from ui.web.header import EXPORTS
from ui.wording.words import Words

_WIDTHS = ["270px", "320px", "80px", "120px", "80px", "110px", "90px", "80px", "110px", "150px"]
_COLUMNS = ("question", "answer", "variants", "intent", "lang", "tags", "answered", "enabled", "review", "id")
_SORTS = ("position", "question", "updated", "answered", "review")
# One after another: a list that was asked for before a search must not arrive after its result.
_IN_ORDER = PRIVATE | {"concurrency_id": "entries", "concurrency_limit": 1, "show_progress": "hidden"}
Update = tuple[Any, ...]


def entries_card(page: gr.Blocks, services: Services, say: Words, changed: tuple[Any, ...]) -> None:
    """Build the list and the form below it; `changed` are events after which the list is read again."""
    shown = EntryList(services, say)
    form = EntryForm(services, say)
    shown.wire(page, form, (*changed, *form.changed))


class EntryList:
    """The card, built where it is made."""

    def __init__(self, services: Services, say: Words) -> None:
        self._services = services
        self._say = say
        with gr.Column(elem_classes="card"):
            with gr.Row(elem_classes="line"):
                heading = gr.Markdown(f"### {say('entries')}", elem_id="entries-shown")
                gr.HTML(_links(say), elem_id="export", elem_classes="right", padding=False)
            self._filters = self._build_filters()
            names = [say(f"col_{name}") for name in _COLUMNS]
            self._table = table(names, _WIDTHS, "entries", say("entries"), visible=True)
            self._first = gr.State(0)
            with gr.Row(elem_classes="line"):
                self._before = gr.Button("←", elem_id="entries-before", scale=0, min_width=60, interactive=False)
                place = gr.Markdown("", elem_id="entries-place")
                self._after = gr.Button("→", elem_id="entries-after", scale=0, min_width=60, interactive=False)
            self._build_bulk()
        pager = [place, self._before, self._after, self._first]
        self._listed = [heading, self._table, *pager, self._filters[3]]

    def wire(self, page: gr.Blocks, form: EntryForm, changed: tuple[Any, ...]) -> None:
        """Connect the events; a chosen row opens in the form."""
        inputs = [*self._filters, self._first]
        page.load(self.entries, inputs, self._listed, **_IN_ORDER)
        for event in changed:
            event.then(self.entries, inputs, self._listed, **_IN_ORDER)
        search, *others = self._filters
        gr.on(
            [search.change, *(choice.input for choice in others)],
            self.from_start,
            self._filters,
            self._listed,
            trigger_mode="always_last",
            **_IN_ORDER,
        )
        self._before.click(self.earlier, inputs, self._listed, **_IN_ORDER)
        self._after.click(self.later, inputs, self._listed, **_IN_ORDER)

        def choose(rows: Any, chosen: list[str] | None, event: gr.SelectData) -> Update:
            """Add the clicked row to the chosen ones, or take it away, and open it in the form."""
            entry_id = str(rows.values.tolist()[event.index[0]][-1])
            picked = [known for known in chosen or [] if known != entry_id]
            if entry_id not in (chosen or []):
                picked.append(entry_id)
            return gr.Dropdown(choices=picked, value=picked), *form.open(entry_id)

        quick = PRIVATE | {"show_progress": "hidden"}
        self._table.select(choose, [self._table, self._chosen], [self._chosen, *form.parts], **quick)
        self._choose_page.click(_all_ids, [self._table], self._chosen, **quick)
        self._choose_none.click(lambda: gr.Dropdown(choices=[], value=[]), None, self._chosen, **quick)
        for name, button in self._buttons.items():
            values = [self._chosen, self._tags, self._day]
            done = button.click(self._bulk(name), values, self._chosen, show_progress_on=[button], **PRIVATE)
            done.then(self.entries, inputs, self._listed, **_IN_ORDER)

    def entries(self, search: str, lang: str, which: str, tag: str, sort: str, first: int) -> Update:
        """Heading, table, pager, tags to filter by."""
        say, editing = self._say, self._services.knowledge.editing
        page = actions.entry_page(self._services, actions.entry_filter(search, lang, which, tag), sort, first)
        rows = present.kept_rows(page.entries, say)
        first = first if first < page.total else max(0, (page.total - 1) // actions.PAGE_SIZE * actions.PAGE_SIZE)
        last = first + len(rows)
        total = editing.page(actions.entry_filter("", "", "", ""), limit=1).total
        line = say("entries_shown", shown=f"{page.total:,}", total=f"{total:,}")
        if not rows:
            line = say("entries_none") if total else say("entries_empty")
        tags = [(say("any"), ""), *((name, name) for name in editing.tags())]
        several = page.total > actions.PAGE_SIZE
        return (
            f"### {say('entries')}\n{line}",
            gr.Dataframe(value=rows, visible=bool(rows)),
            say("shown", first=first + 1, last=last, total=f"{page.total:,}") if several else "",
            gr.Button(interactive=first > 0),
            gr.Button(interactive=last < page.total),
            first,
            gr.Dropdown(choices=tags, value=tag),
        )

    def from_start(self, search: str, lang: str, which: str, tag: str, sort: str) -> Update:
        """The first page."""
        return self.entries(search, lang, which, tag, sort, 0)

    def earlier(self, search: str, lang: str, which: str, tag: str, sort: str, first: int) -> Update:
        """The page before."""
        return self.entries(search, lang, which, tag, sort, max(0, first - actions.PAGE_SIZE))

    def later(self, search: str, lang: str, which: str, tag: str, sort: str, first: int) -> Update:
        """The page after."""
        return self.entries(search, lang, which, tag, sort, first + actions.PAGE_SIZE)

    def _bulk(self, name: str) -> Any:
        def run(chosen: list[str] | None, tags: str, day: str) -> Any:
            try:
                count = actions.bulk(self._services, name, list(chosen or []), tags, day, self._say)
            except ChatbotError as error:
                warn(error, self._say)
                return gr.skip()
            tell(self._say("deleted_count" if name == "delete" else "changed_count", count=count))
            return gr.Dropdown(choices=[], value=[]) if name == "delete" else gr.skip()

        return run

    def _build_filters(self) -> list[Any]:
        say = self._say
        any_one = (say("any"), "")
        languages = [any_one, ("English", "en"), ("中文", "zh")]
        states = [any_one, *((say(f"which_{name}"), name) for name in actions.WHICH[1:])]
        sorts = [(say(f"sort_{name}"), name) for name in _SORTS]
        with gr.Row(elem_classes="fields"):
            search = gr.Textbox(
                label=say("search"), placeholder=say("search_entries"), elem_id="entries-search", scale=3, min_width=220
            )
            lang = gr.Dropdown(languages, value="", label=say("filter_lang"), elem_id="entries-lang", min_width=110)
            which = gr.Dropdown(states, value="", label=say("filter_state"), elem_id="entries-which", min_width=130)
            tag = gr.Dropdown([any_one], value="", label=say("filter_tag"), elem_id="entries-tag", min_width=120)
            sort = gr.Dropdown(sorts, value="position", label=say("filter_sort"), elem_id="entries-sort", min_width=150)
        return [search, lang, which, tag, sort]

    def _build_bulk(self) -> None:
        say = self._say
        self._chosen = gr.Dropdown(
            [],
            value=[],
            multiselect=True,
            label=say("chosen"),
            info=say("chosen_hint"),
            elem_id="chosen",
            elem_classes="fields",
            interactive=True,
        )
        self._buttons: dict[str, Any] = {}
        with gr.Row():
            self._choose_page = gr.Button(say("choose_page"), elem_id="choose-page", min_width=120)
            self._choose_none = gr.Button(say("choose_none"), elem_id="choose-none", min_width=120)
            self._add_buttons("enable", "disable", "delete")
        with gr.Row(elem_classes="fields"):
            self._tags = gr.Textbox(label=say("tag_text"), elem_id="bulk-tags", min_width=180)
            self._add_buttons("tag_add", "tag_remove")
            self._day = gr.Textbox(label=say("review_day"), elem_id="bulk-day", min_width=220)
            self._add_buttons("review_set")

    def _add_buttons(self, *names: str) -> None:
        for name in names:
            self._buttons[name] = gr.Button(self._say(name), elem_id=f"bulk-{name}", min_width=110)


def _links(say: Words) -> str:
    """Where the knowledge base can be downloaded."""
    return "".join(
        f'<a class="button" href="{address}" download>{say(f"export_{kind}")}</a> ' for kind, address in EXPORTS.items()
    )


def _all_ids(rows: Any) -> Any:
    """Every entry on the page as chosen."""
    ids = [str(row[-1]) for row in rows.values.tolist()]
    return gr.Dropdown(choices=ids, value=ids)
