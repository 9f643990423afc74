"""Switches of a world, each with its default and its reason."""

from dataclasses import asdict, dataclass, field, fields

from .entities import Json
from .errors import BadRequest
from .nearest import unknown

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass
class Settings:
    """Change them by ``PATCH /_sim/world``."""

    #: Meta publishes no answer timeout; community advice ranges from 5 to 20 s.
    answer_timeout: float = 10.0
    #: Deliveries in flight at once.
    parallel: int = 8
    #: Waits after each failed attempt, seconds; the last one repeats.
    retry_schedule: list[float] = field(
        default_factory=lambda: [5, 300, 1800, 7200, 18000, 36000]
    )
    #: Meta documents both 36 hours and 7 days.
    retry_horizon: float = 36 * HOUR
    #: ``X-Hub-Signature`` beside ``X-Hub-Signature-256``, as Graph webhooks send.
    sha1_signature: bool = True
    #: Media descriptor: base64 or hex (Meta's samples disagree).
    sha256_encoding: str = "base64"
    #: Media descriptor: Meta's page shows a string, traffic a number.
    file_size_as_string: bool = False
    #: Text outside the 24 h window: 200, then ``failed`` with 131047.
    enforce_window: bool = False
    #: 80 messages per second and number: 130429.
    throughput_limit: bool = False
    #: One message per 6 s to one person, burst 45: 131056.
    pair_limit: bool = False
    #: Address of downloads in webhooks.
    media_base: str = "https://lookaside.fbsbx.com"

    def record(self) -> Json:
        """All switches."""
        return asdict(self)

    def update(self, changes: Json) -> None:
        """Apply changes.  BadRequest names an unknown switch or a wrong type."""
        known = {f.name for f in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise BadRequest(unknown("setting", name, known))
            self._check(name, value)
        for name, value in changes.items():
            setattr(self, name, value)

    def _check(self, name: str, value: object) -> None:
        current = getattr(self, name)
        numeric = isinstance(current, (int, float)) and not isinstance(current, bool)
        fits = (
            isinstance(value, (int, float)) and not isinstance(value, bool)
            if numeric
            else type(value) is type(current)
        )
        if not fits:
            expected = "number" if numeric else type(current).__name__
            raise BadRequest(f"setting '{name}': expected {expected}, got {value!r}")
        if name == "sha256_encoding" and value not in ("base64", "hex"):
            raise BadRequest(f"setting '{name}': expected base64 or hex, got {value!r}")
        if name == "retry_schedule" and not _waits(value):
            raise BadRequest(f"setting '{name}': expected waits, got {value!r}")


def _waits(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(v, (int, float)) and v >= 0 for v in value)
    )


def realistic() -> Settings:
    """The profile of ``--realistic``: Meta's own limits are on."""
    return Settings(enforce_window=True, throughput_limit=True, pair_limit=True)
