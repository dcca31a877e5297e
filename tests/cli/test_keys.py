"""The keys as the rep's keymap leaves them, and what is wrong with it."""

from __future__ import annotations

from tests.support.desk_home import DeskHome


def test_keys_are_listed_as_the_keymap_leaves_them(desk: DeskHome) -> None:
    shipped = desk.ok("keys", "--json").json
    assert shipped["problems"] == []
    (desk.home / "config.toml").write_text('[ui.keymap]\n"queue.call" = "c"\n', "utf-8")
    told = desk.ok("keys", "--json").json
    assert len(told["keys"]) == len(shipped["keys"]) > 100
    (call,) = (key for key in told["keys"] if key["id"] == "queue.call")
    assert (call["keys"], call["shipped"]) == (["c"], ["enter"])
    assert "queue.call" in desk.ok("keys").out


def test_mistakes_in_a_keymap_are_named_by_keys_and_by_doctor(desk: DeskHome) -> None:
    keymap = '[ui.keymap]\n"queue.cal" = "c"\n"call.facts" = "a"\n"call.copy" = "3"\n'
    (desk.home / "config.toml").write_text(keymap, "utf-8")
    ran = desk("keys")
    assert ran.code == 5
    assert "names 'queue.cal', and no key has that id (did you mean 'queue.call'?)" in ran.out
    assert "gives a to outcome No answer and to call.facts" in ran.out
    assert "gives 3 to an objection and to call.copy" in ran.out
    doctor = desk("doctor", "--json").json
    assert len(doctor["keymap"]) == 3
    assert "keys         Your keymap names 'queue.cal'" in desk("doctor").out
