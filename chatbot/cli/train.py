"""Commands that learn and measure: train, evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from chatbot.cli.intents import ACTOR
from chatbot.cli.review import person
from chatbot.cli.terminal import tuning_options as options
from chatbot.cli.terminal.output import JsonOption, interruptible, print_json, print_table, progress_bar, say
from chatbot.cli.terminal.session import read_file, read_utterances, stores
from chatbot.errors import InputError

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores
    from training.pipelines.intent import TrainingOutcome

train = typer.Typer(no_args_is_help=True)
evaluate = typer.Typer(no_args_is_help=True)

SeedOption = Annotated[int, typer.Option(min=0, help="Seed of every random choice; equal seeds give equal models.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Version to measure; default is the live one.")]


@train.command("intent")
def train_intent(
    data: Annotated[
        list[Path] | None, typer.Option(help="CSV of labelled utterances (text,intent); may be given again.")
    ] = None,
    from_conversations: Annotated[
        bool, typer.Option("--from-conversations", help="Add the labels that the team gave to logged messages.")
    ] = False,
    mode: Annotated[
        Literal["auto", "fast", "full"],
        typer.Option(help="fast: frozen encoder; full: fine-tuned encoder; auto: the better of both."),
    ] = "auto",
    seed: SeedOption = 13,
    live_share: Annotated[
        float, typer.Option(min=0.0, max=0.95, help="With --from-conversations: share of the live version to keep.")
    ] = 0.5,
    minutes: options.Minutes = None,
    learning_rate: options.LearningRate = None,
    epochs: options.Epochs = None,
    batch_size: options.BatchSize = None,
    freeze_layers: options.FreezeLayers = None,
    lora_rank: options.LoraRank = None,
    augment: options.Augment = None,
    log_dir: options.LogDir = None,
    promote: Annotated[bool, typer.Option("--promote", help="Go live if the gate finds the version no worse.")] = False,
    override: Annotated[str, typer.Option(help="With --promote: go live against the gate, for this reason.")] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Train in the background and come back at once.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train the intent model on a file, or on what is stored in this home."""
    from training.intent.config import IntentTrainingConfig, with_tuning
    from training.jobs.process import start_job
    from training.jobs.runner import be_nice, run_job

    config = with_tuning(
        IntentTrainingConfig(mode=mode, seed=seed, live_share=live_share),
        auto_minutes=minutes,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        frozen_layers=freeze_layers,
        lora_rank=lora_rank,
        augmentation=None if augment is None else tuple(kind for kind in augment if kind != "none"),
    )
    wanted: dict[str, Any] = {"mode": mode, "seed": seed, "from_conversations": from_conversations, "promote": promote}
    wanted |= {"live_share": live_share, "override": override, "data": [str(path) for path in data or ()]}
    with stores() as opened:
        if detach:
            _detach(opened, wanted, as_json=as_json)
            return
        examples = read_utterances(data, opened.settings) if data else None
        job = start_job(opened, wanted, person(""))
        be_nice()
        with interruptible(), progress_bar() as progress:
            done = run_job(opened, job, config=config, examples=examples, log_dir=log_dir, progress=progress)
    for note in (*done.notes, done.gate):
        if note:
            say(note)
    if as_json:
        print_json(done.as_json())
        return
    examined = f"{done.metrics.get('examples', '?')} utterances, mode {done.mode}"
    _print_outcome(done, f"Intent model {done.version} trained on {examined}.")


def _detach(opened: Stores, wanted: Mapping[str, Any], *, as_json: bool) -> None:
    from training.jobs.process import start_training

    if wanted["data"]:
        raise InputError("A training in the background takes the utterances of the home: import the file first.")
    job = start_training(opened, wanted, person(""))
    if as_json:
        print_json({"job": job.id})
        return
    print(f"Training job {job.id} has begun. See how far it is: chatbot train jobs")


@train.command("generator")
def train_generator(
    base: Annotated[str, typer.Option(help="scratch, a model directory, or a model hub id.")] = "scratch",
    data: Annotated[list[Path] | None, typer.Option(help="CSV of transcripts; may be given again.")] = None,
    seed: SeedOption = 13,
    minutes: Annotated[float, typer.Option(min=0.05, max=10_000, help="Stop training after so long.")] = 60.0,
    lora_rank: Annotated[int, typer.Option(min=0, max=512, help="Rank of LoRA adapters on a base; 0 trains all.")] = 0,
    accumulation: Annotated[int, typer.Option(min=1, max=1024, help="Forward passes of one step.")] = 1,
    learning_rate: Annotated[
        float | None, typer.Option(help="Highest learning rate; default 0.002 from scratch, 0.0002 from a base.")
    ] = None,
    log_dir: Annotated[Path | None, typer.Option(help="Write TensorBoard logs there (extra `logs`).")] = None,
    promote: Annotated[bool, typer.Option("--promote", help="Go live at once.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train the generator on transcripts: those of a file, or those stored in this home.

    Several processes train one model when started by: accelerate launch -m chatbot train generator ...
    """
    from training.generator.report import weakness
    from training.pipelines.generator import train_generator_model

    with stores() as opened:
        files = [(path.name, read_file(path, opened.settings)) for path in data] if data else None
        with interruptible(), progress_bar() as progress:
            done = train_generator_model(
                opened,
                base=base,
                files=files,
                seed=seed,
                minutes=minutes,
                promote=promote,
                accumulation=accumulation,
                lora_rank=lora_rank,
                learning_rate=learning_rate,
                log_dir=log_dir,
                progress=progress,
            )
        if done is None:
            return
        opened.audit.record(ACTOR, "train generator", {"version": done.version, "went_live": done.went_live})
    if as_json:
        print_json(done.as_json())
        return
    _print_outcome(done, f"Generator {done.version} trained.")
    if weak := weakness(done.metrics):
        say(f"Warning: {weak}")


def _print_outcome(done: TrainingOutcome, headline: str) -> None:
    print(headline)
    for name, value in done.metrics.items():
        if isinstance(value, float):
            print(f"  {name:<24} {value:.4f}")
    print("It is live." if done.went_live else f"It is a candidate. Go live: chatbot models promote {done.version}")


DataOption = Annotated[Path, typer.Option("--data", help="CSV file.", show_default=False)]


@evaluate.command("intent")
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


@evaluate.command("retrieval")
def evaluate_retrieval(data: DataOption, as_json: JsonOption = False) -> None:
    """Measure the chat's FAQ search (columns query,faq; faq = exact stored question, empty = no answer).

    With a live intent model the scores are those that it has weighed, as in the chat.
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


@evaluate.command("generator")
def evaluate_generator(data: DataOption, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Measure the generator on transcripts: its language, its likeness to the agents, what it invents."""
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
