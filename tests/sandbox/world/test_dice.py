"""Draws are keyed, fair and reproducible."""

from __future__ import annotations

from collections import Counter

from sdrdesk.sandbox.world.dice import Dice, Table


def test_the_sequence_of_a_key_never_changes() -> None:
    dice = Dice(7, "block", 0)
    assert [dice.below(1000) for _ in range(6)] == SEQUENCE


def test_keys_are_independent() -> None:
    assert Dice(1, "a").roll() != Dice(1, "b").roll() != Dice(2, "b").roll()
    assert Dice(1, "a").roll() == Dice(1, "a").roll()


def test_bounds_are_kept() -> None:
    dice = Dice("bounds")
    assert {dice.between(3, 5) for _ in range(200)} == {3, 4, 5}
    assert {dice.below(2) for _ in range(100)} == {0, 1}
    assert all(2.0 <= dice.spread(2.0, 50.0) <= 50.0 for _ in range(500))
    assert {dice.pick("abc") for _ in range(100)} == set("abc")


def test_chances_and_tables_are_fair() -> None:
    dice = Dice("fair")
    assert 2850 <= sum(dice.chance(0.3) for _ in range(10_000)) <= 3150
    table = Table([("often", 9.0), ("seldom", 1.0), ("never", 0.0)])
    drawn = Counter(table.draw(dice) for _ in range(10_000))
    assert 8850 <= drawn["often"] <= 9150
    assert drawn["never"] == 0


def test_poisson_has_its_mean() -> None:
    dice = Dice("poisson")
    draws = [dice.poisson(0.4) for _ in range(20_000)]
    assert 0.38 <= sum(draws) / len(draws) <= 0.42
    assert dice.poisson(0.0) == 0


def test_samples_do_not_repeat() -> None:
    drawn = Dice("sample").sample(10, 10)
    assert sorted(drawn) == list(range(10))
    assert len(Dice("sample").sample(5, 9)) == 5


SEQUENCE = [369, 512, 953, 458, 463, 481]
