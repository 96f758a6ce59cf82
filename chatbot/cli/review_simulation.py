"""`chatbot review simulate` and `doubts`: what the order of the queue saves, and which labels look wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table, progress_bar
from chatbot.cli.terminal.session import read_utterances, stores

if TYPE_CHECKING:
    from training.labelling.suspect_labels import DoubtedLabel


def review_simulate(
    data: Annotated[Path, typer.Option("--data", help="CSV of labelled messages (text,intent).", show_default=False)],
    start: Annotated[int, typer.Option(min=1, max=1_000, help="Utterances per intent at the start.")] = 5,
    per_round: Annotated[int, typer.Option(min=1, max=1_000, help="Labels per round.")] = 20,
    rounds: Annotated[int, typer.Option(min=1, max=1_000, help="Number of rounds.")] = 30,
    repeats: Annotated[int, typer.Option(min=1, max=50, help="Number of random draws to average over.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 13,
    as_json: JsonOption = False,
) -> None:
    """Simulate how many labels the review queue saves over random labelling."""
    import numpy as np

    from chatbot.bootstrap.encoders import build_encoder
    from chatbot.domain import OUT_OF_SCOPE
    from chatbot.vectors.caches import RecentVectors
    from training.labelling.simulation import Plan, label_savings

    with stores() as opened, progress_bar() as progress:
        examples = [e for e in read_utterances([data], opened.settings) if e.intent not in ("", OUT_OF_SCOPE)]
        progress("encoding", 0.0)
        texts = [example.text for example in examples]
        vectors = RecentVectors().of(texts, build_encoder(opened.settings).encode)
        labels = np.unique([example.intent for example in examples], return_inverse=True)[1].astype(np.int64)
        plan = Plan(start, per_round, rounds, repeats=repeats, seed=seed)
        found = label_savings(texts, vectors, labels, plan, lambda share: progress("labelling", share))
    if as_json:
        print_json(found.as_json())
        return
    rows = [
        (n, f"{mine:.4f}", f"{other:.4f}")
        for n, mine, other in zip(found.labels, found.queue, found.at_random, strict=True)
    ]
    print_table(("labels", "accuracy, from the queue", "at random"), rows, empty="")
    if found.reached is None:
        print(f"The queue does not reach the accuracy of {found.labels[-1]} random labels.")
    else:
        print(f"The queue reaches the accuracy of {found.labels[-1]} random labels with {found.reached}.")


def review_doubts(
    factor: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=1.0,
            help="Doubt labels below this fraction of the best guess; 0.5 also finds mix-ups of similar intents.",
        ),
    ] = 0.1,
    as_json: JsonOption = False,
) -> None:
    """List labels the live model doubts, before anything is learned from them."""
    from chatbot.bootstrap.encoders import BaseEncoder
    from training.labelling.suspect_labels import doubted_labels_of_team

    with stores() as opened, progress_bar() as progress:
        found = doubted_labels_of_team(opened, BaseEncoder(opened.settings), progress, far=factor)
    if as_json:
        print_json([doubt.as_json() for doubt in found])
        return
    rows = [(d.label.message_id, d.label.text[:60], d.label.intent, d.label.by, _likely(d)) for d in found]
    print_table(("id", "message", "labelled", "by", "looks like"), rows, empty="No label looks wrong.")


def _likely(doubt: DoubtedLabel) -> str:
    return f"{doubt.suggested} {doubt.suggested_probability:.0%}"
