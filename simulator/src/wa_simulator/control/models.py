"""Bodies of the control API.  An unknown key is named with the nearest one."""

from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from ..engine.journal import looks_real
from ..engine.json_text import TOO_DEEP, depth_within
from ..engine.nearest import unknown

#: Not searched for real tokens: bytes of media in base64 may look like anything.
BYTES = ("snapshot", "entries")


def _holds_token(value: Any) -> bool:
    if isinstance(value, str):
        return looks_real(value)
    if isinstance(value, dict):
        return any(_holds_token(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_holds_token(each) for each in value)


class Strict(BaseModel):
    """A body whose unknown keys are refused with words."""

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not depth_within(data):
            raise ValueError(TOO_DEEP)
        if isinstance(data, dict):
            known = {f.alias or name for name, f in cls.model_fields.items()}
            for key in data:
                if key not in known:
                    raise ValueError(unknown("key", str(key), known))
                if key not in BYTES and _holds_token(data[key]):
                    raise ValueError(
                        f"{key} holds what looks like a real token (EAA…): a "
                        "simulator refuses those and does not store them"
                    )
        return data


class ResetBody(Strict):
    """``everything``: back to the first start, subscriptions too."""

    scope: Literal["waba", "number"] | None = None
    id: str | None = None
    everything: bool = False


class SubscriptionBody(Strict):
    """``id`` defaults to the app, the first account or the first number."""

    scope: Literal["app", "waba", "number"] = "app"
    id: str | None = None
    callback_url: str
    verify_token: str | None = None


class CustomerBody(Strict):
    """``name`` empty: a person without profile name.  ``script``: rules that answer,
    see docs/faults.md."""

    name: str | None = None
    presence: str | None = None
    username: str | None = None
    parent_user_id: str | None = None
    identity_key_hash: str | None = None
    hides_phone: bool = False
    blocks: bool = False
    on_whatsapp: bool = True
    silent: bool = False
    read_after: float | None = Field(default=None, ge=0)
    script: list[dict[str, Any]] = Field(default_factory=list)
    marketing: bool = True


class ReadBody(Strict):
    """Without ``wamid``: all that is unread."""

    wamid: str | None = None


class StatusBody(Strict):
    """A status by hand; ``code`` and ``details`` are for ``failed``."""

    status: str
    code: int = 131000
    details: str = ""
    force: bool = False


class WaitBody(Strict):
    """Wait until something is there; ``match`` as the records' keys."""

    for_: Literal["idle", "webhook", "message"] = Field(alias="for")
    match: dict[str, Any] = Field(default_factory=dict)
    timeout: float = Field(default=10.0, ge=0, le=120)


class RawBody(Strict):
    """``body``: an object is written as Meta writes it, a string as it is."""

    body: dict[str, Any] | list[Any] | str
    sign: Literal["good", "bad", "none"] = "good"
    number: str | None = None


class ClockBody(Strict):
    """``advance`` seconds, jump ``to`` a moment ahead, stand still or run."""

    advance: float | None = Field(default=None, ge=0)
    to: float | str | None = None
    frozen: bool | None = None


class NumberBody(Strict):
    """A further number; a new ``waba_id`` makes a new account."""

    id: str = Field(pattern=r"^[1-9]\d{5,19}$")
    waba_id: str = Field(pattern=r"^[1-9]\d{5,19}$")
    display: str = Field(pattern=r"^[1-9]\d{6,14}$")
    verified_name: str = "Negocio Simulado"


class TemplateBody(Strict):
    """A template of an account, components as Meta writes them."""

    waba_id: str | None = None
    name: str = Field(pattern=r"^[a-z0-9_]{1,512}$")
    language: str
    category: Literal["AUTHENTICATION", "MARKETING", "UTILITY"] = "UTILITY"
    components: list[dict[str, Any]]
    status: Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"] = (
        "APPROVED"
    )
    parameter_format: Literal["POSITIONAL", "NAMED"] = "POSITIONAL"


class WorldBody(Strict):
    """Changes of the world's switches."""

    settings: dict[str, Any]
