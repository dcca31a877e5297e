"""Settings: defaults, the file, the environment that wins, and errors that say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.config import HUBSPOT_API, Settings, load_settings
from sdrdesk.toml_file import TomlFileError
from tests.support.made_docs import described


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "absent.toml", {})
    assert settings == Settings()
    assert settings.crm.api_url == HUBSPOT_API


@pytest.mark.parametrize(("typed", "code"), [("IE", "IE"), ("ie", "IE"), ("UK", "GB"), ("", "")])
def test_the_default_country_is_two_letters(tmp_path: Path, typed: str, code: str) -> None:
    path = write(tmp_path, f'[crm]\ndefault_country = "{typed}"\n')
    assert load_settings(path, {}).crm.default_country == code


def test_a_mail_program_and_the_days_to_keep_people_are_read(tmp_path: Path) -> None:
    email = '[email]\nopen = "command"\ncommand = ["mutt", "{mailto}"]\n'
    settings = load_settings(write(tmp_path, email + "[storage]\nretention_days = 90\n"), {})
    assert settings.email.command == ("mutt", "{mailto}")
    assert settings.storage.retention_days == 90


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[crm]\nowner = "1"\napi_url = "https://a.test"\n')
    environ = {"SDRDESK_OWNER": "rita@a.test", "SDRDESK_API_URL": "http://127.0.0.1:9/"}
    settings = load_settings(path, environ)
    assert settings.crm.owner == "rita@a.test"
    assert settings.crm.api_url == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('[crm]\nowner = "1"\napi_ulr = "x"\n', 3, "crm.api_ulr"),
        ("[sync]\n\ngrace_s = -1\n", 3, "sync.grace_s"),
        ('[storage]\nencryption = "maybe"\n', 2, "storage.encryption"),
        ('[rep]\ntime_zone = "Europe/Dubln"\n', 2, "rep.time_zone"),
        ('[crm]\napi_url = "http://crm.example"\n', 2, "crm.api_url"),
        ('[crm]\ndefault_country = "Ireland"\n', 2, "crm.default_country"),
        ('[crm]\ndefault_country = "XX"\n', 2, "crm.default_country"),
        ("[crm]\ndefault_country = 353\n", 2, "crm.default_country"),
        ("colour = 1\n", 1, "colour"),
        ('[calls]\ndial = "fax"\n', 2, "calls.dial"),
        ('[calls]\ndial = "command"\n', 1, "calls.dial_command"),
        ('[calls]\ndial_command = ["phone"]\n', 2, "calls.dial_command"),
        ('[calls]\ndial_command = "phone {number}"\n', 2, "calls.dial_command"),
        ('[calls]\nbooking_url = "javascript:alert(1)"\n', 2, "calls.booking_url"),
        ('[calls]\nbooking_url = "file:///etc/passwd"\n', 2, "calls.booking_url"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(
    tmp_path: Path, text: str, line: int, key: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(TomlFileError) as caught:
        load_settings(path, {})
    assert f"{path}, line {line}: {key}:" in caught.value.what


def test_a_bad_variable_is_named_as_the_variable(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match=r"^SDRDESK_API_URL: must start with https"):
        load_settings(tmp_path / "absent.toml", {"SDRDESK_API_URL": "ftp://x"})


def test_every_setting_is_described() -> None:
    words = described()
    for settings in Settings():
        for setting in settings._fields:
            assert words[type(settings).__name__].get(setting), setting
