"""Settings: every one is described, in the code and in docs/settings.md; weak secrets stop the start."""

from pathlib import Path

import pytest

from config import Settings
from tests.apps import KEYS, make_settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name):
    assert len(Settings.model_fields[name].description or "") > 15


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_documentation(name):
    assert f"`CARD_DESK_{name.upper()}`" in PAGE.read_text()


def test_the_documentation_names_no_setting_that_is_gone():
    named = {word.strip("`|").removeprefix("CARD_DESK_").lower() for word in PAGE.read_text().split() if word.startswith("`CARD_DESK_")}
    assert named == set(Settings.model_fields)


@pytest.mark.parametrize("secret", ["", "dev", "secret", "changeme", "short but not known", "thisismyscretkey"])
def test_a_weak_secret_stops_the_start(tmp_path, secret):
    with pytest.raises(SystemExit):
        make_settings(tmp_path, "", secret_key=secret).refuse_weak_secrets()


@pytest.mark.parametrize("missing", ["data_keys", "index_key"])
def test_a_missing_key_stops_the_start(tmp_path, missing):
    with pytest.raises(SystemExit):
        make_settings(tmp_path, "", **{missing: ""}).refuse_weak_secrets()


def test_good_secrets_do_not(tmp_path):
    make_settings(tmp_path, "").refuse_weak_secrets()
    assert KEYS
