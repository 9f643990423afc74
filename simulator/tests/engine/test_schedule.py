"""The schedule under chance: lines are kept, nothing is lost, nothing waits for no
reason."""

import random

import pytest

from wa_simulator.delivery.delivery import IN_FLIGHT, PENDING, Delivery
from wa_simulator.delivery.schedule import Schedule
from wa_simulator.engine.entities import WebhookItem

PEOPLE = ("ana", "eva", "leo")


def make(seq: int, people: list[str], due: float) -> Delivery:
    items = tuple(
        WebhookItem(f"{seq}{who}", "w", "n", f"n/{who}", "message", "", "messages", {})
        for who in people
    )
    made = Delivery(f"d{seq}", "run", "", b"", {}, items, 0.0, due)
    made.seq = seq
    return made


class World:
    """A clock, what was put in, and what flies."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.schedule = Schedule()
        self.now = 0.0
        self.limit = self.chance.choice([1, 2, 8])
        self.all: list[Delivery] = []
        self.flying: list[Delivery] = []
        self.done: list[Delivery] = []

    def put(self) -> None:
        people = self.chance.sample(PEOPLE, self.chance.choice([1, 1, 1, 2, 3]))
        due = self.now + self.chance.choice([0, 0, 0, 5])
        delivery = make(len(self.all) + 1, people, due)
        self.all.append(delivery)
        self.schedule.put(delivery, self.now)

    def take(self) -> None:
        taken = self.schedule.take(self.now, self.limit)
        self.flying += taken
        assert len(self.flying) <= self.limit
        lines = [order for d in self.flying for order in d.orders]
        assert len(lines) == len(set(lines)), "two of one line in flight"
        for delivery in taken:
            assert delivery.state == IN_FLIGHT
            assert delivery.due is not None
            assert delivery.due <= self.now

    def finish(self) -> None:
        delivery = self.flying.pop(self.chance.randrange(len(self.flying)))
        self.schedule.release(delivery)
        if self.chance.random() < 0.3:
            delivery.state = PENDING
            delivery.due = self.now + self.chance.choice([0, 5])
            self.schedule.put(delivery, self.now)
        else:
            delivery.state = "delivered"
            self.done.append(delivery)

    def idle_for_a_reason(self) -> None:
        """What is due and not in flight has no room, or its line is taken."""
        if len(self.flying) >= self.limit:
            return
        taken = {order for d in self.flying for order in d.orders}
        due = [
            d
            for d in self.all
            if d.state == PENDING and d.due is not None and d.due <= self.now
        ]
        for delivery in sorted(due, key=lambda d: d.seq):
            assert delivery.orders & taken, f"{delivery.id} could go"
            taken |= delivery.orders


@pytest.mark.parametrize("seed", range(16))
def test_a_thousand_moves(seed: int) -> None:
    world = World(seed)
    for _ in range(400):
        move = world.chance.random()
        if move < 0.4:
            world.put()
        elif move < 0.8 and world.flying:
            world.finish()
        else:
            world.now += 1
        world.take()
        world.idle_for_a_reason()
    for _ in range(20_000):
        if len(world.done) == len(world.all):
            break
        if world.flying:
            world.finish()
        else:
            due = world.schedule.next_due()
            assert due is not None, "something is lost"
            world.now = max(world.now, due)
        world.take()
    assert len(world.done) == len(world.all) > 50
    assert not world.schedule.busy(world.now)
    assert world.schedule.next_due() is None


def test_first_in_first_out_per_line_without_retries() -> None:
    schedule, order = Schedule(), []
    for seq in range(1, 60):
        schedule.put(make(seq, [PEOPLE[seq % 3]], 0.0), 0.0)
    while taken := schedule.take(0.0, 8):
        for delivery in taken:
            order.append((delivery.seq % 3, delivery.seq))
            schedule.release(delivery)
            delivery.state = "delivered"
    for line in range(3):
        seen = [seq for which, seq in order if which == line]
        assert seen == sorted(seen)


def test_one_that_is_forgotten_holds_nobody_up() -> None:
    schedule = Schedule()
    first, second, third = (make(seq, ["ana"], 0.0) for seq in (1, 2, 3))
    for delivery in (first, second, third):
        schedule.put(delivery, 0.0)
    assert schedule.take(0.0, 8) == [first]
    schedule.forget(first)
    schedule.forget(second)
    assert schedule.take(0.0, 8) == [third]
