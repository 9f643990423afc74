"""Why nothing arrived: reads world, queue, journal and faults, changes nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..delivery.queue import DELIVERED, IN_FLIGHT, PENDING, Attempt, Delivery
from ..engine.advice import TEXTS
from ..engine.entities import OUTBOUND, PRESENCES
from .diagnosis_words import WORDS
from .fact_translations import translated
from .state import Simulation

Finding = dict[str, Any]

LANGUAGES = ("en", "es")
ERROR, WARNING, INFO, GOOD = "error", "warning", "info", "good"
RANK = (ERROR, WARNING, INFO, GOOD)
#: Deliveries and journal entries looked at.
RECENT = 200


def findings(sim: Simulation, language: str) -> list[Finding]:
    """What keeps webhooks and messages from arriving, worst first."""
    found = [
        *_subscriptions(sim),
        *_attempts(sim),
        *_queue(sim),
        *_faults(sim),
        *_calls(sim),
        *_customers(sim),
        *_journal(sim),
    ]
    if not any(f["level"] in (ERROR, WARNING) for f in found):
        found += _good(sim)
    found.sort(key=lambda f: RANK.index(f["level"]))
    for finding in found:
        what, do = WORDS[finding["code"]][language]
        if finding["code"] == "advice":
            texts = TEXTS[finding["facts"]["advice"]]
            finding["facts"]["text"] = texts[LANGUAGES.index(language)]
        facts = {k: translated(v, language) for k, v in finding["facts"].items()}
        finding["what"] = what.format(**facts)
        finding["do"] = do.format(**facts)
    return found


def _finding(
    level: str, code: str, action: dict[str, Any] | None = None, **facts: Any
) -> Finding:
    return {"level": level, "code": code, "facts": facts, "action": action}


def _last(sim: Simulation, kind: str) -> dict[str, Any] | None:
    rows = (e for e in reversed(sim.engine.journal.since()) if e["kind"] == kind)
    return next(rows, None)


def _subscriptions(sim: Simulation) -> Iterator[Finding]:
    world = sim.engine.world
    subscribe = {"kind": "go", "to": "subscription"}
    handshake = _last(sim, "handshake")
    if handshake and not handshake.get("ok"):
        yield _finding(
            ERROR, "handshake_failed", subscribe,
            error=handshake.get("error"), token=world.credentials.verify_token,
        )  # fmt: skip
    if not world.subscriptions:
        yield _finding(ERROR, "no_subscription", subscribe)
        return
    for held in world.subscriptions.values():
        if held.disabled:
            yield _finding(
                ERROR, "disabled", subscribe, url=held.callback_url, count=held.failures
            )
    for waba in world.wabas:
        if waba not in world.subscribed_wabas:
            yield _finding(ERROR, "waba_unsubscribed", subscribe, waba=waba)
    for number in world.numbers.values():
        known = number.waba_id in world.subscribed_wabas
        if known and world.callback_for(number) is None:
            name = f"+{number.display} ({number.id})"
            yield _finding(WARNING, "number_without_callback", subscribe, number=name)


def _attempts(sim: Simulation) -> Iterator[Finding]:
    """The latest delivery of each address, when it failed."""
    recent = [d for d in sim.queue.all()[-RECENT:] if d.attempts]
    for url in dict.fromkeys(d.url for d in reversed(recent)):
        mine = [d for d in recent if d.url == url]
        latest = max(mine, key=lambda d: d.attempts[-1].at)
        if latest.attempts[-1].status == 200:
            continue
        failed = [d for d in mine if d.attempts[-1].status != 200]
        yield _failure(sim, latest, len(failed))


def _failure(sim: Simulation, delivery: Delivery, count: int) -> Finding:
    attempt = delivery.attempts[-1]
    return _finding(
        ERROR,
        _cause(attempt),
        {"kind": "redeliver", "id": delivery.id},
        url=delivery.url,
        count=count,
        status=attempt.status,
        error=attempt.error,
        secret=sim.engine.world.credentials.app_secret,
        limit=f"{sim.engine.settings.answer_timeout:g}",
    )


def _cause(attempt: Attempt) -> str:
    status, error = attempt.status, attempt.error or ""
    if status is None:
        if "--allow-callbacks" in error:
            return "public_callback"
        return "timeout" if "Timeout" in error else "unreachable"
    if status in (401, 403):
        return "unauthorised"
    if status in (404, 405, 410):
        return "not_there"
    return "receiver_error" if status >= 400 else "redirects"


def _queue(sim: Simulation) -> Iterator[Finding]:
    now = sim.engine.clock.now()
    waiting = [d for d in sim.queue.open() if d.state == PENDING and d.due is not None]
    later = [d.due - now for d in waiting if d.due is not None and d.due > now]
    if later:
        frozen = sim.engine.clock.frozen
        yield _finding(
            WARNING if frozen else INFO, "frozen_due" if frozen else "waiting",
            {"kind": "flush"}, count=len(later), seconds=round(min(later)),
        )  # fmt: skip
    flying = [d for d in sim.queue.open() if d.state == IN_FLIGHT]
    if flying:
        limit = f"{sim.engine.settings.answer_timeout:g}"
        yield _finding(INFO, "in_flight", count=len(flying), limit=limit)


def _faults(sim: Simulation) -> Iterator[Finding]:
    for rule in sim.faults.rules():
        record = rule.record()
        scope = {**record["match"], **record["when"]}
        words = ", ".join(f"{key} {value}" for key, value in scope.items())
        yield _finding(
            WARNING, "fault_active", {"kind": "fault_off", "id": record["id"]},
            name=record["name"], id=record["id"], scope=words or "*",
            fired=record["fired"],
        )  # fmt: skip


def _calls(sim: Simulation) -> Iterator[Finding]:
    world = sim.engine.world
    last = _last(sim, "api")
    token = world.credentials.token
    if last is None:
        yield _finding(
            INFO, "never_called", url=sim.addresses.get("url", ""), token=token,
            number=world.number_of(None).id,
        )  # fmt: skip
    elif (last.get("status") or 0) >= 400:
        yield _failed_call(last, token)
    refused = _last(sim, "refused")
    if refused:
        action = {"kind": "journal", "seq": refused["seq"]}
        yield _finding(INFO, "refused_host", action, host=refused.get("host"))


def _failed_call(entry: dict[str, Any], token: str) -> Finding:
    answer = entry.get("answer")
    error = answer.get("error") if isinstance(answer, dict) else None
    error = error if isinstance(error, dict) else {}
    action = {"kind": "journal", "seq": entry["seq"]}
    code, message = error.get("code"), error.get("message")
    if code == 190:
        return _finding(
            ERROR, "bad_token", action, graph_code=code, message=message, token=token
        )
    return _finding(
        WARNING, "call_failed", action, method=entry.get("method"),
        path=entry.get("path"), status=entry.get("status"), message=message or "",
    )  # fmt: skip


def _customers(sim: Simulation) -> Iterator[Finding]:
    """People whose presence ends before ``delivered`` and who have mail."""
    world = sim.engine.world
    waiting: dict[str, int] = {}
    for message in world.messages.values():
        if message.direction == OUTBOUND and message.status in ("accepted", "sent"):
            waiting[message.customer] = waiting.get(message.customer, 0) + 1
    for key, count in waiting.items():
        customer = world.customers.get(key)
        ends = PRESENCES.get(customer.presence, ()) if customer else ("delivered",)
        if customer and "delivered" not in ends:
            yield _finding(
                INFO, "customer_waits", {"kind": "go", "to": "phones", "key": key},
                name=customer.name or key, presence=customer.presence, count=count,
            )  # fmt: skip


def _journal(sim: Simulation) -> Iterator[Finding]:
    journal = sim.engine.journal
    lost = [e for e in journal.since() if e["kind"] == "silent"]
    if lost:
        reason = lost[-1].get("reason", "")
        yield _finding(WARNING, "silent", count=len(lost), reason=reason)
    # Imported entries may hold anything.
    advised = {
        code: entry["seq"]
        for entry in journal.since()
        for code in TEXTS
        if code in (entry.get("advice") or ())
    }
    for code, seq in advised.items():
        yield _finding(
            INFO, "advice", {"kind": "journal", "seq": seq}, advice=code, seq=seq
        )
    if journal.dropped:
        yield _finding(INFO, "journal_full", count=journal.dropped)


def _good(sim: Simulation) -> Iterable[Finding]:
    done = [d for d in sim.queue.all()[-RECENT:] if d.state == DELIVERED]
    return [_finding(GOOD, "all_well") if done else _finding(INFO, "nothing_yet")]
