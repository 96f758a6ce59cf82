"""`chatbot evaluate`: measure the live models on your data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chatbot.cli.terminal.output import JsonOption, print_json, print_table, progress_bar, say
from chatbot.cli.terminal.session import read_file, read_utterances, stores
from chatbot.errors import InputError

DataOption = Annotated[Path, typer.Option("--data", help="CSV file.", show_default=False)]
ModelOption = Annotated[str | None, typer.Option("--model", help="Version to measure; default is the live one.")]


def evaluate_intent(data: DataOption, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Measure the intent model (columns text,intent; `oos` or empty = out of scope)."""
    from chatbot.bootstrap.encoders import BaseEncoder
    from chatbot.bootstrap.models import load_intent_model, serving_encoder
    from training.datasets.seen_texts import seen_rows
    from training.evaluation.intent import evaluate_intent as measure

    with stores() as opened:
        examples = read_utterances([data], opened.settings)
        encoder = serving_encoder(opened, BaseEncoder(opened.settings), version=model)
        loaded = load_intent_model(opened, version=model, encoder_id=encoder.id)
        result = measure([(e.text, e.intent) for e in examples], loaded, encoder.encode)
        seen = seen_rows(opened.settings.models_dir("intent") / loaded.version, [e.text for e in examples])
    document = result.as_json() | {"seen_in_training": None if seen is None else int(seen.sum())}
    if document["seen_in_training"]:
        say(
            f"The model was trained on {document['seen_in_training']} of these {len(examples)} utterances: figures on "
            "them flatter. Measure on messages that it has not seen."
        )
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if name != "per_intent":
            print(f"{name:<12} {value}")
    worst = sorted(document["per_intent"], key=lambda row: row["f1"])[:15]
    rows = [(r["intent"], r["n"], *(f"{r[k]:.3f}" for k in ("precision", "recall", "f1"))) for r in worst]
    print_table(("weakest intents", "n", "precision", "recall", "f1"), rows, empty="No intents.")


def evaluate_retrieval(data: DataOption, as_json: JsonOption = False) -> None:
    """Measure the chat's FAQ search (columns query,faq; faq = exact stored question, empty = no answer).

    With a live intent model the scores include its weight, as in the chat.
    """
    from chatbot.bootstrap.application import build_index, default_policy
    from chatbot.bootstrap.encoders import BaseEncoder
    from chatbot.bootstrap.models import live_intent_model, serving_encoder
    from chatbot.dialogue.ranking import WeighedRetriever
    from chatbot.dialogue.snapshot import Snapshot
    from chatbot.importing.queries_csv import read_queries
    from chatbot.text import language
    from training.evaluation.retrieval import evaluate_retrieval as measure

    with stores() as opened:
        queries = read_queries(read_file(data, opened.settings), data.name)
        encoder = serving_encoder(opened, BaseEncoder(opened.settings))
        retriever = build_index(opened, encoder)
        if retriever is None:
            raise InputError("There are no FAQ entries to search. Import some with: chatbot faq import FILE")
        weighed = WeighedRetriever(retriever, live_intent_model(opened, encoder, None))
        snapshot = Snapshot(
            encoder, weighed.intent_model, retriever, None, default_policy(opened), opened.settings.tolerated_wrong
        )
        result = measure(
            queries, weighed, encoder.encode, threshold=lambda query: snapshot.policy_for(language(query)).min_answer
        )
    if as_json:
        print_json(result.as_json())
        return
    for name, value in result.as_json().items():
        print(f"{name:<14} {value}")


def evaluate_generator(data: DataOption, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Measure the generator on transcripts: language, similarity to the agents, invented facts."""
    from chatbot.bootstrap.encoders import BaseEncoder
    from chatbot.bootstrap.models import guarded_by, load_generator, serving_encoder
    from chatbot.importing.transcripts.reading import read_transcripts
    from training.generator.evaluation import evaluate_generator as measure

    with stores() as opened:
        turns, _ = read_transcripts(read_file(data, opened.settings), data.name)
        generator = load_generator(opened, version=model)
        with progress_bar() as progress:
            encoder = serving_encoder(opened, BaseEncoder(opened.settings))
            guard = guarded_by(opened, encoder, version=model)
            entries = opened.knowledge.entries()
            result = measure(turns, generator, entries, guard=guard, encode=encoder.encode, progress=progress)
    if as_json:
        print_json(result.as_json())
        return
    for name, value in result.as_json().items():
        print(f"{name:<28} {value}")
