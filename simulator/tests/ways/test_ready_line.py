"""The line of waiting deliveries."""

from wa_simulator.delivery.ready import ReadyLine


def test_by_age_once_due() -> None:
    line = ReadyLine()
    line.put("a", 5.0)
    line.put("b", 1.0)
    line.put("c", 1.0)
    assert (list(line.due(0)), line.next_due()) == ([], 1.0)
    assert list(line.due(1)) == ["b", "c"]
    assert list(line.due(9)) == ["a", "b", "c"], "the oldest stands in front"


def test_a_return_keeps_its_place() -> None:
    line = ReadyLine()
    for one in "abc":
        line.put(one, 0.0)
    assert list(line.due(0)) == ["a", "b", "c"]
    line.remove("a")
    assert list(line.due(0)) == ["b", "c"]
    line.put("a", 3.0)
    assert line.next_due() == 0.0
    assert list(line.due(3)) == ["a", "b", "c"]
    line.forget("a")
    line.put("a", 3.0)
    assert list(line.due(3)) == ["b", "c", "a"]


def test_a_changed_time_counts_and_the_old_one_does_not() -> None:
    line = ReadyLine()
    line.put("a", 1.0)
    line.put("a", 9.0)
    assert line.next_due() == 9.0
    assert not line.any_due(5)
    line.put("a", None)
    assert line.next_due() is None
    assert not line.any_due(99)


def test_a_long_line_costs_little() -> None:
    line = ReadyLine()
    for number in range(5000):
        line.put(str(number), 0.0)
    for number in range(5000):
        assert next(iter(line.due(0))) == str(number)
        line.remove(str(number))
    assert line.next_due() is None
