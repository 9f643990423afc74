"""World, clock, faults, journal."""

from inspect import getdoc
from typing import Any

from fastapi import APIRouter, Response

from ..engine.entities import Template
from ..engine.errors import BadRequest, NotFound
from ..engine.json_text import TOO_DEEP, depth_within
from ..engine.messages.inbound import moment
from ..engine.settings import CHOICES
from ..faults import REGISTRY
from ..faults.base import AFTER, BEFORE
from . import models
from .state import Sim, Simulation

router = APIRouter()


@router.get("/readyz")
async def readyz() -> dict[str, str]:
    """The server answers."""
    return {"status": "ready"}


@router.get("/ca.pem")
async def ca_pem(sim: Sim) -> Response:
    """The certificate authority of the interception."""
    return Response(sim.ca_pem, media_type="application/x-pem-file")


def set_up_record(sim: Simulation) -> dict[str, Any]:
    """Everything an integrator types into a client, and the switches."""
    engine = sim.engine
    here = engine.world
    number = here.number_of(None)
    return {
        "fake": "This is a fake WhatsApp Cloud API. Nothing leaves this machine.",
        "run": engine.ids.run,
        "seed": engine.ids.seed,
        "app_id": here.credentials.app_id,
        "waba_id": number.waba_id,
        "phone_number_id": number.id,
        "display_phone_number": number.display,
        "token": here.credentials.token,
        "app_secret": here.credentials.app_secret,
        "verify_token": here.credentials.verify_token,
        "wabas": here.wabas,
        "apps": [vars(app) for app in here.apps.values()],
        "subscribed_wabas": sorted(here.subscribed_wabas),
        "numbers": [
            {
                **vars(n),
                "verification_code": engine.management.numbers.state(n).code,
            }
            for n in here.numbers.values()
        ],
        "templates": [vars(t) for t in here.templates.values()],
        "subscriptions": [s.record() for s in here.subscriptions.values()],
        "settings": engine.settings.record(),
        "setting_choices": CHOICES,
        **sim.addresses,
    }


@router.get("/world")
async def world(sim: Sim) -> dict[str, Any]:
    """Everything an integrator types into a client, and the switches."""
    engine = sim.engine
    here = engine.world
    return {
        **set_up_record(sim),
        "customers": [c.record() for c in here.customers.values()],
        "media": {"count": len(here.media), "evicted": here.media_evicted},
        "clock": {"frozen": engine.clock.frozen, "now": engine.clock.now()},
    }


@router.patch("/world")
async def change_world(sim: Sim, body: models.WorldBody) -> dict[str, Any]:
    """Change switches."""
    sim.engine.settings.update(body.settings)
    sim.pump.wake()
    return sim.engine.settings.record()


@router.post("/world/numbers", status_code=201)
async def add_number(sim: Sim, body: models.NumberBody) -> dict[str, Any]:
    """Add a number, and an account when ``waba_id`` is new."""
    number = sim.engine.add_number(
        body.id, body.waba_id, body.display, body.verified_name
    )
    return vars(number)


@router.post("/world/templates", status_code=201)
async def add_template(sim: Sim, body: models.TemplateBody) -> dict[str, Any]:
    """Add a template, or replace the one of the same name and language."""
    engine = sim.engine
    waba_id = body.waba_id or engine.world.number_of(None).waba_id
    if waba_id not in engine.world.wabas:
        raise NotFound(f"waba '{waba_id}': expected one of {list(engine.world.wabas)}")
    found = engine.world.template_of(waba_id, body.name, body.language)
    template = Template(
        id=found.id if found else engine.ids.digits("template", waba_id, body.name),
        waba_id=waba_id,
        **body.model_dump(exclude={"waba_id"}),
    )
    engine.world.templates[template.id] = template
    if found and found.status != template.status:
        # A change of status is told, as when Meta makes it.
        wanted, template.status = template.status, found.status
        engine.management.templates.happen(template.id, wanted)
        sim.pump.wake()
    return vars(template)


@router.post("/reset")
async def reset(sim: Sim, body: models.ResetBody | None = None) -> dict[str, Any]:
    """Forget traffic, faults and pending deliveries; a new run begins.

    Clock and seed are global and stay.  With a scope only its traffic, its
    deliveries and the faults that name its numbers go, and the run goes on.
    """
    wanted = body or models.ResetBody()
    done = sim.engine.reset(wanted.scope, wanted.id, everything=wanted.everything)
    whole = wanted.scope is None
    dropped = sim.queue.drop(None if whole else done.numbers)
    accounts = [wanted.id] if wanted.scope == "waba" and wanted.id else []
    sim.faults.clear(None if whole else done.numbers, accounts)
    sim.pump.wake()
    return {"run": done.run, "dropped_deliveries": dropped}


@router.get("/clock")
async def clock(sim: Sim) -> dict[str, Any]:
    """Seconds since 1970, UTC."""
    return {"frozen": sim.engine.clock.frozen, "now": sim.engine.clock.now()}


@router.post("/clock")
async def set_clock(sim: Sim, body: models.ClockBody) -> dict[str, Any]:
    """Go forward, jump ahead, stand still or run; what becomes due runs."""
    clock = sim.engine.clock
    if body.advance is None and body.to is None and body.frozen is None:
        raise BadRequest("clock: expected 'advance', 'to' or 'frozen'")
    ahead = body.advance or 0.0
    if body.to is not None:
        ahead += moment(body.to, "to") - clock.now()
        if ahead < 0:
            raise BadRequest(
                f"clock: {body.to} is past; it only goes forward (a snapshot goes back)"
            )
    clock.advance(ahead)
    if body.frozen is not None:
        (clock.freeze if body.frozen else clock.run)()
    sim.pump.wake()
    return {"frozen": clock.frozen, "now": clock.now()}


@router.get("/journal")
async def journal(
    sim: Sim, since: int = 0, limit: int | None = None, kind: str | None = None
) -> dict[str, Any]:
    """What went over the wire after ``since``.  ``dropped`` should be 0."""
    book = sim.engine.journal
    entries = [e for e in book.since(since) if kind in (None, e["kind"])]
    entries = entries[:limit]
    return {
        "run": sim.engine.ids.run,
        "entries": entries,
        "next": entries[-1]["seq"] if limit and entries else book.seq,
        "dropped": book.dropped,
    }


def fault_records(sim: Simulation) -> dict[str, Any]:
    """The active rules and what there is, described for those who choose."""
    return {
        "faults": [rule.record() for rule in sim.faults.rules()],
        "known": {name: kind.PARAMS for name, kind in REGISTRY.items()},
        "about": {
            name: {
                "doc": getdoc(kind) or "",
                "directions": list(kind.DIRECTIONS),
                "phases": list(getattr(kind, "PHASES", (BEFORE, AFTER))),
                "choices": getattr(kind, "CHOICES", {}),
            }
            for name, kind in REGISTRY.items()
        },
    }


@router.get("/faults")
async def faults(sim: Sim) -> dict[str, Any]:
    """The active rules and what there is."""
    return fault_records(sim)


@router.post("/faults", status_code=201)
async def add_fault(sim: Sim, body: dict[str, Any]) -> dict[str, Any]:
    """Add a rule ``{name, params, match, when, phase, seed}``."""
    if not depth_within(body):
        raise BadRequest(TOO_DEEP)
    rule = sim.faults.add(body)
    sim.pump.wake()
    return rule.record()


@router.delete("/faults")
async def clear_faults(sim: Sim, name: str | None = None) -> dict[str, int]:
    """Remove all rules, or those of a name."""
    removed = sim.faults.remove(name=name)
    sim.pump.wake()
    return {"removed": removed}


@router.delete("/faults/{fault_id}")
async def remove_fault(sim: Sim, fault_id: str) -> dict[str, int]:
    """Remove one rule."""
    removed = sim.faults.remove(fault_id)
    sim.pump.wake()
    return {"removed": removed}
