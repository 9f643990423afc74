"""What a business manages besides sending: templates, numbers, profile, uploads."""

from dataclasses import dataclass

from .accounts.blocklist import Blocklist
from .accounts.numbers import Numbers
from .accounts.profile import Profiles
from .accounts.uploads import Uploads
from .clock import Clock
from .fields import Fields
from .forms import holds
from .ids import IdSource
from .messages.statuses import Statuses
from .settings import Settings
from .templates.bulk import Bulk
from .templates.pacing import Pacing
from .templates.templates import Templates
from .timers import Timers
from .world import World


@dataclass(frozen=True)
class Management:
    """The parts, each with its own file."""

    templates: Templates
    bulk: Bulk
    pacing: Pacing
    numbers: Numbers
    profiles: Profiles
    blocklist: Blocklist
    uploads: Uploads


def make_management(
    world: World,
    clock: Clock,
    ids: IdSource,
    timers: Timers,
    fields: Fields,
    statuses: Statuses,
    settings: Settings,
) -> Management:
    """Put the parts together; reviews and pauses that were planned go on."""
    templates = Templates(
        world,
        clock,
        ids,
        timers,
        lambda waba_id, field, value: fields.emit(
            field, value, waba_id=waba_id, free=True
        ),
        settings,
    )
    templates.resume()
    return Management(
        templates,
        Bulk(
            world,
            templates,
            lambda form: holds(form, clock.now(), settings.forms),
        ),
        Pacing(world, templates, statuses),
        Numbers(world, clock, ids, settings),
        Profiles(world, ids),
        Blocklist(world, clock, ids, settings),
        Uploads(world, clock, ids),
    )
