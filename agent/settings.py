"""What can be set: an argument wins over the environment, the environment over `.env`, `.env` over the default."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import SetupError
from agent.secrecy import remember, remember_address


class Settings(BaseSettings):
    """One field a setting. The variable is CEHUA_ and the field's name in capitals, or the one that the field names."""

    model_config = SettingsConfigDict(
        env_prefix="CEHUA_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    def model_post_init(self, _context: Any, /) -> None:
        """Tells agent.secrecy what must never be written."""
        if self.openai_api_key:
            remember(self.openai_api_key.get_secret_value())
        for address in (self.openai_base_url, self.search_url):
            if address:
                remember_address(address)

    model: str = "auto"
    """Who writes the words: `auto`, `playbook`, `local`, `local:/path/model.gguf` or `openai:NAME`."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    """The key of the OpenAI-compatible endpoint (OPENAI_API_KEY). Never written to a run or a log."""
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    """The address of the OpenAI-compatible endpoint (OPENAI_BASE_URL); None is OpenAI's own."""
    lang: Literal["zh-CN", "zh-TW", "en"] | None = None
    """The plan's language; None follows the brief."""
    runs_dir: Path = Path("runs")
    """The folder that run folders are made in, when a command names none."""
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("cehua", appauthor=False))
    """The folder for what can be fetched or built again: the embedded model, the knowledge index."""
    data_dir: Path = Field(default_factory=lambda: user_data_path("cehua", appauthor=False))
    """The folder for what cannot be made again: the documents that workspaces have added."""
    search_url: str | None = None
    """The address of a SearXNG-compatible search endpoint for facts about competitors; None sends nothing anywhere."""
    threads: int | None = Field(default=None, ge=1, le=512)
    """Processor threads for the embedded model; None takes the cores that are free."""
    slots: int | None = Field(default=None, ge=1, le=64)
    """Requests that the embedded model answers at once; None takes four."""
    context: int | None = Field(default=None, ge=2048, le=1_048_576)
    """Tokens that those requests share; None takes the most that memory allows, up to 16,384."""
    call_timeout: float = Field(default=120.0, gt=0)
    """Seconds that one model call may take, its retries included; waiting for the limits below does not count."""
    patience: float = Field(default=120.0, ge=0)
    """Seconds that the endpoint may ask to wait (Retry-After); asked for longer, the run ends in the playbook's words."""
    parallel: int = Field(default=24, ge=1, le=256)
    """Requests to a hosted model in flight at once."""
    rpm: int | None = Field(default=None, ge=1)
    """Requests to the model in any 60 seconds; None is no limit."""
    tpm: int | None = Field(default=None, ge=1)
    """Tokens of prompts and answers in any 60 seconds; None is no limit."""
    max_cost: Decimal | None = Field(default=None, ge=0, allow_inf_nan=False)
    """USD that a run may cost at most; None is no cap. Needs a known price."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Prompt and completion tokens that a run may use at most; None is no cap."""
    passages: int = Field(default=2, ge=0, le=6)
    """Passages of the knowledge base that a hosted model is shown for each of a stage's queries; 0 shows none."""
    price: str = ""
    """What the model costs, "IN/OUT" or "IN/OUT/CACHED" in USD per million tokens; empty looks it up in prompts/prices.yaml."""


def load_settings(**given: Any) -> Settings:
    """The settings in force; arguments that are None count as not given.

    Raises SetupError naming the variable when a value cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0])
        variable = name if name.isupper() else f"CEHUA_{name.upper()}"
        raise SetupError(f"{first['msg']}.", hint="Correct it in the environment or in .env.", where=variable) from None


def settings_with(settled: Settings | None, **given: Any) -> Settings:
    """`settled`, or the settings in force, with the given values before them; None counts as not given. Raises as `load_settings`."""
    if settled is None:
        return load_settings(**given)
    return settled.model_copy(update={name: value for name, value in given.items() if value is not None})
