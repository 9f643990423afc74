"""``python -m tests.load``: measures both places and prints ratios; `make bench`.

It fails when something does not come at all, never because it came late.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from random import Random, SystemRandom

from tests.load import inbound, outbound
from tests.load.inbound import Burst, Pace, Plan
from tests.load.outbound import Drain, Sending
from tests.load.places import NoPlaces, read_places
from tests.load.traffic import Post

GOAL_SECONDS = 1.0
#: In which one message each waits, when the outbox is drained.
CONVERSATIONS = 500
KINDS = {"new": "clientes nuevos", "known": "conversaciones conocidas"}
PARTS = ("bursts", "paces", "outbound", "drain")


def _options(words: list[str]) -> argparse.Namespace:
    plan = Plan()
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=plan.rounds)
    parser.add_argument("--people", type=int, default=plan.people)
    parser.add_argument("--each", type=int, default=plan.each)
    parser.add_argument("--connections", type=int, default=plan.connections)
    parser.add_argument("--paced", type=int, default=plan.paced)
    parser.add_argument("--per-second", type=float, default=plan.per_second)
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    parser.add_argument("--seed", type=int, help="la misma da las mismas personas")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    return parser.parse_args(words)


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:5.2f} x"


def burst_lines(found: Mapping[str, Mapping[str, Burst]]) -> Iterator[str]:
    """Rates: more is better. Seconds of the answer: less is better."""
    yield "Entrada, tan rápido como se contesta (mediana de las rondas)"
    yield f"  {'':<44} {'puente':>10} {'OCA sola':>10}   puente/OCA"
    for kind, own in found.items():
        bridge, oca = own["bridge"], own["oca"]
        rows = (
            ("contestados con 200, por segundo", "acknowledged", 1),
            ("hasta el 200, milisegundos", "answer", 1000),
            ("en Discuss, por segundo", "visible", 1),
        )
        for title, name, factor in rows:
            ours, theirs = getattr(bridge, name), getattr(oca, name)
            yield (
                f"  {KINDS[kind] + ': ' + title:<59}"
                f" {ours * factor:>8.1f} {theirs * factor:>8.1f}"
                f"   {_ratio(ours, theirs)}"
            )


def pace_lines(found: Mapping[str, Pace], plan: Plan) -> Iterator[str]:
    bridge, oca = found["bridge"], found["oca"]
    yield (
        f"Clientes nuevos, {plan.per_second:g} por segundo, con otra tarea programada"
        " en marcha (medianas, ms)"
    )
    yield f"  hasta el 200: puente {_ms(bridge.answer)}, OCA sola {_ms(oca.answer)}"
    yield (
        f"  mensaje en Discuss: puente {_ms(bridge.message)}"
        f" (el peor {_ms(bridge.worst_message)}), OCA sola {_ms(oca.message)}"
        f" (el peor {_ms(oca.worst_message)})"
    )
    lead, assigned = bridge.lead or 0.0, bridge.assigned or 0.0
    yield (
        f"  lead creado: puente {_ms(lead)}; con asesor {_ms(assigned)}"
        f" (el peor {_ms(bridge.worst_assigned or 0.0)})"
    )
    reached = max(bridge.message, lead) <= GOAL_SECONDS
    verdict = "cumplida" if reached else "NO cumplida"
    yield f"  meta, 1 s hasta mensaje y lead: {verdict}"


def sending_lines(found: Mapping[str, Sending]) -> Iterator[str]:
    bridge, oca = found["bridge"], found["oca"]
    yield f"Salida, con {outbound.LATENCY_SECONDS * 1000:.0f} ms de demora en Meta"
    yield (
        f"  lo que espera quien escribe, ms: puente {_ms(bridge.click)}, OCA sola"
        f" {_ms(oca.click)}   {_ratio(bridge.click, oca.click)}"
    )
    yield (
        f"  mensajes por segundo hasta Meta: puente {bridge.sent:.1f}, OCA sola"
        f" {oca.sent:.1f}   {_ratio(bridge.sent, oca.sent)}"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


def main(words: list[str]) -> int:
    options = _options(words)
    try:
        places = read_places(os.environ)
    except NoPlaces as error:
        print(error)
        return 2
    own = {name: getattr(options, name) for name in Plan.__dataclass_fields__}
    plan = Plan(**own)
    seed = options.seed
    if seed is None:
        seed = SystemRandom().randrange(10**9)
    head = f"Odoo {places.series}, {places.workers} procesos, semilla {seed}"
    print(f"\n{head}", flush=True)
    office = Post(Random(seed))
    if "bursts" in options.only:
        _say(burst_lines(inbound.bursts(places, office, plan)))
    if "paces" in options.only:
        _say(pace_lines(inbound.paces(places, office, plan), plan))
    if "outbound" in options.only:
        people = office.people(10)
        inbound.introduce(places, office, people)
        url = os.environ["WA_SIM_URL"]
        _say(sending_lines(outbound.sendings(places, url, people, plan.each)))
    if "drain" in options.only:
        people = office.people(options.conversations)
        inbound.introduce_to_bridge(places, office, people)
        found = outbound.drain(places, os.environ["WA_SIM_URL"], people)
        _say(iter([_drain_line(found)]))
    return 0


def _drain_line(found: Drain) -> str:
    return (
        f"Cola de salida llena, {found.messages} conversaciones,"
        f" {outbound.LATENCY_SECONDS * 1000:.0f} ms por llamada:"
        f" {found.sent:.1f} por segundo"
    )


def _say(lines: Iterator[str]) -> None:
    print("\n" + "\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
