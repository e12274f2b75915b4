"""Settings: from the environment, `.env` or `.streamlit/secrets.toml`, in this order. Secrets
never print.
"""

import secrets
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from core.errors import SetupError

ROOT = Path(__file__).resolve().parents[1]


class _StreamlitSecrets(PydanticBaseSettingsSource):
    """Reads `.streamlit/secrets.toml` where it exists; only top-level keys that are settings of
    ours.
    """

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Unused: the whole mapping is given at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The known keys of the file, lower-cased."""
        path = ROOT / ".streamlit" / "secrets.toml"
        if not path.is_file():
            return {}
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        fields = self.settings_cls.model_fields
        names = {(f.alias or n).lower(): f.alias or n for n, f in fields.items()}
        return {names[k.lower()]: v for k, v in given.items() if k.lower() in names}


class Settings(BaseSettings):
    """Everything that can be set. Names are those of the environment variables."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", extra="ignore", populate_by_name=True, frozen=True
    )

    database_url: str | None = Field(None, alias="DATABASE_URL")
    data_dir: Path = Field(ROOT / "var", alias="AICMO_DATA_DIR")
    secret_key: SecretStr | None = Field(None, alias="AICMO_SECRET_KEY")
    # former secrets, with commas between: what they encrypted is still read
    secret_keys_old: SecretStr | None = Field(None, alias="AICMO_SECRET_KEYS_OLD")
    public_url: str = Field("http://localhost:8501", alias="AICMO_PUBLIC_URL")
    llm_provider: str = Field("", alias="AICMO_LLM_PROVIDER")
    llm_attempt_seconds: float = Field(25, alias="AICMO_LLM_ATTEMPT_SECONDS", gt=0)
    llm_deadline_seconds: float = Field(90, alias="AICMO_LLM_DEADLINE_SECONDS", gt=0)
    # US dollars a client and day; a client's own budget is a setting in the database
    llm_daily_budget: float = Field(5.0, alias="AICMO_LLM_DAILY_BUDGET", ge=0)
    # prices are US dollars a million tokens; look yours up, they only steer the budget
    anthropic_api_key: SecretStr | None = Field(None, alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str = Field("https://api.anthropic.com", alias="ANTHROPIC_BASE_URL")
    anthropic_model: str = Field("claude-sonnet-5-5", alias="ANTHROPIC_MODEL")
    anthropic_price_in: float = Field(3.0, alias="ANTHROPIC_PRICE_IN", ge=0)
    anthropic_price_out: float = Field(15.0, alias="ANTHROPIC_PRICE_OUT", ge=0)
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: str = Field("https://api.openai.com/v1", alias="OPENAI_BASE_URL")
    openai_model: str = Field("gpt-5.4-mini", alias="OPENAI_MODEL")
    openai_price_in: float = Field(1.0, alias="OPENAI_PRICE_IN", ge=0)
    openai_price_out: float = Field(6.0, alias="OPENAI_PRICE_OUT", ge=0)
    perplexity_api_key: SecretStr | None = Field(None, alias="PERPLEXITY_API_KEY")
    perplexity_base_url: str = Field("https://api.perplexity.ai", alias="PERPLEXITY_BASE_URL")
    perplexity_model: str = Field("perplexity/sonar", alias="PERPLEXITY_MODEL")
    perplexity_price_in: float = Field(1.0, alias="PERPLEXITY_PRICE_IN", ge=0)
    perplexity_price_out: float = Field(1.0, alias="PERPLEXITY_PRICE_OUT", ge=0)
    # providers of facts and verdicts. A key is what turns one on: it is then told addresses and
    # names. Prices: the agency's currency a subject; look yours up, they steer order and ceilings
    apollo_api_key: SecretStr | None = Field(None, alias="APOLLO_API_KEY")
    apollo_base_url: str = Field("https://api.apollo.io", alias="APOLLO_BASE_URL")
    apollo_price: float = Field(0.03, alias="APOLLO_PRICE", ge=0)
    dropcontact_api_key: SecretStr | None = Field(None, alias="DROPCONTACT_API_KEY")
    dropcontact_base_url: str = Field("https://api.dropcontact.com", alias="DROPCONTACT_BASE_URL")
    dropcontact_price: float = Field(0.06, alias="DROPCONTACT_PRICE", ge=0)
    dropcontact_poll_seconds: float = Field(30, alias="DROPCONTACT_POLL_SECONDS", gt=0)
    hunter_api_key: SecretStr | None = Field(None, alias="HUNTER_API_KEY")
    hunter_base_url: str = Field("https://api.hunter.io", alias="HUNTER_BASE_URL")
    hunter_price: float = Field(0.04, alias="HUNTER_PRICE", ge=0)
    hunter_verify_price: float = Field(0.02, alias="HUNTER_VERIFY_PRICE", ge=0)
    hunter_search_limit: int = Field(10, alias="HUNTER_SEARCH_LIMIT", ge=1, le=100)
    hunter_poll_seconds: float = Field(3, alias="HUNTER_POLL_SECONDS", gt=0)
    hunter_polls: int = Field(5, alias="HUNTER_POLLS", ge=0)
    pdl_api_key: SecretStr | None = Field(None, alias="PDL_API_KEY")
    pdl_base_url: str = Field("https://api.peopledatalabs.com", alias="PDL_BASE_URL")
    pdl_price: float = Field(0.10, alias="PDL_PRICE", ge=0)
    lookup_lead_ceiling: float = Field(0.50, alias="AICMO_LOOKUP_LEAD_CEILING", ge=0)
    # a client and day; a client's own budget is a setting in the database
    lookup_daily_budget: float = Field(10.0, alias="AICMO_LOOKUP_DAILY_BUDGET", ge=0)
    lookup_threads: int = Field(4, alias="AICMO_LOOKUP_THREADS", ge=1, le=32)
    lookup_read_seconds: float = Field(25, alias="AICMO_LOOKUP_READ_SECONDS", gt=0)
    # how long one question waits for a limit to pass or an answer to be ready
    lookup_patience_seconds: float = Field(90, alias="AICMO_LOOKUP_PATIENCE_SECONDS", ge=0)
    # whether domains are looked up in the DNS (they leave the machine), and at which server
    mx_lookups: bool = Field(False, alias="AICMO_MX_LOOKUPS")
    dns_server: str | None = Field(None, alias="AICMO_DNS_SERVER")  # host or host:port
    dns_seconds: float = Field(3.0, alias="AICMO_DNS_SECONDS", gt=0)
    slack_webhook_url: SecretStr | None = Field(None, alias="SLACK_WEBHOOK_URL")  # alarms
    make_webhook_url: SecretStr | None = Field(None, alias="MAKE_WEBHOOK_URL")  # a webhook of ours
    # where traces and figures go; nobody is told anything without it
    otel_endpoint: str | None = Field(None, alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    otel_headers: SecretStr | None = Field(None, alias="OTEL_EXPORTER_OTLP_HEADERS")
    otel_service: str = Field("aicmo", alias="OTEL_SERVICE_NAME")

    smtp_host: str | None = Field(None, alias="SMTP_HOST")
    smtp_port: int = Field(587, alias="SMTP_PORT")
    smtp_security: str = Field("starttls", alias="SMTP_SECURITY")  # starttls, tls, none
    smtp_username: str | None = Field(None, alias="SMTP_USERNAME")
    smtp_password: SecretStr | None = Field(None, alias="SMTP_PASSWORD")
    smtp_from_email: str | None = Field(None, alias="SMTP_FROM_EMAIL")
    imap_host: str | None = Field(None, alias="IMAP_HOST")
    imap_port: int = Field(993, alias="IMAP_PORT")
    imap_security: str = Field("tls", alias="IMAP_SECURITY")
    imap_username: str | None = Field(None, alias="IMAP_USERNAME")
    imap_password: SecretStr | None = Field(None, alias="IMAP_PASSWORD")
    imap_folder: str = Field("INBOX", alias="IMAP_FOLDER")
    tls_ca_file: Path | None = Field(None, alias="AICMO_TLS_CA_FILE")  # an extra CA to trust

    use_real_email_gateway: bool = Field(False, alias="USE_REAL_EMAIL_GATEWAY")
    use_real_social_gateways: bool = Field(False, alias="USE_REAL_SOCIAL_GATEWAYS")
    use_real_crm_gateway: bool = Field(False, alias="USE_REAL_CRM_GATEWAY")

    airtable_api_key: SecretStr | None = Field(None, alias="AIRTABLE_API_KEY")
    airtable_base_url: str = Field("https://api.airtable.com", alias="AIRTABLE_BASE_URL")
    airtable_base_id: str | None = Field(None, alias="AIRTABLE_BASE_ID")
    airtable_contacts_table: str = Field("Contacts", alias="AIRTABLE_CONTACTS_TABLE")
    airtable_interactions_table: str = Field("Interactions", alias="AIRTABLE_INTERACTIONS_TABLE")
    hubspot_access_token: SecretStr | None = Field(None, alias="HUBSPOT_ACCESS_TOKEN")
    hubspot_base_url: str = Field("https://api.hubapi.com", alias="HUBSPOT_BASE_URL")
    # HubSpot's versions are dates: a new one each March and September, kept for 18 months
    hubspot_api_version: str = Field("2026-09", alias="HUBSPOT_API_VERSION")
    crm_read_seconds: float = Field(25, alias="AICMO_CRM_READ_SECONDS", gt=0)

    # days that deliveries to webhooks and runs of jobs are kept
    keep_days: int = Field(90, alias="AICMO_KEEP_DAYS", ge=7)

    default_campaign_name: str = Field("AICMO_Prospecting", alias="AICMO_CAM_DEFAULT_CAMPAIGN_NAME")
    default_channel: str = Field("email", alias="AICMO_CAM_DEFAULT_CHANNEL")
    daily_batch_size: int = Field(25, alias="AICMO_CAM_DAILY_BATCH_SIZE", ge=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given values, then the environment, then `.env`, then Streamlit's secrets."""
        return init_settings, env_settings, dotenv_settings, _StreamlitSecrets(settings_cls)

    def url(self) -> str:
        """The database to use: DATABASE_URL, else SQLite in the data directory."""
        if self.database_url:
            return _with_driver(self.database_url)
        return f"sqlite:///{self.data_dir.resolve() / 'aicmo.db'}"

    @cached_property
    def secret(self) -> str:
        """AICMO_SECRET_KEY, else a random key made once in the data directory (mode 600)."""
        if self.secret_key is not None and self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("x", encoding="ascii") as file:
                    path.chmod(0o600)
                    file.write(secrets.token_urlsafe(48))
            except FileExistsError:  # another process was quicker
                pass
        return path.read_text(encoding="ascii").strip()

    @property
    def secrets(self) -> list[str]:
        """The secret that encrypts, then those that only decrypt."""
        old = self.secret_keys_old.get_secret_value() if self.secret_keys_old else ""
        return [self.secret, *(key.strip() for key in old.split(",") if key.strip())]


def load(**given: Any) -> Settings:
    """The settings, or a SetupError that names the setting that cannot be used (never its
    value).
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        names = ", ".join(sorted({str(e["loc"][0]) for e in error.errors()}))
        raise SetupError(
            f"These settings cannot be used: {names}. Correct them in the environment or in .env."
        ) from None


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
