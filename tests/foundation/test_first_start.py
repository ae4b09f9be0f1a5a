"""What a first start makes of a folder: a demo or an office by choice, and neither over the other nor over traces of use."""

import shutil
import stat
from pathlib import Path

import pytest

import config
from admin_app.foundation import first_start
from admin_app.foundation.start_refusals import refuse_unsafe_start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an instance would be; nobody has used it, and no setting is in the environment."""
    for name in [*config.Settings.model_fields, "instance"]:
        monkeypatch.delenv(f"CARD_DESK_{name.upper()}", raising=False)
    monkeypatch.setenv("CARD_DESK_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


def prepared(wish: str = "", name: str = "", **said: str) -> str:
    return first_start.prepare(wish, name, {f"CARD_DESK_{setting}": value for setting, value in said.items()})


def settings_of(folder: Path) -> dict[str, str]:
    """What stands in settings.env, without the prefix."""
    lines = (folder / "settings.env").read_text(encoding="utf-8").splitlines()
    return {name.removeprefix("CARD_DESK_"): value for name, _sign, value in (line.partition("=") for line in lines)}


def loaded(folder: Path) -> config.Settings:
    return config.Settings(_env_file=folder / "settings.env", instance=folder)  # type: ignore[call-arg]


@pytest.mark.parametrize("wish", ["", "demo"])
def test_a_folder_that_nobody_has_used_becomes_a_demo(folder: Path, wish: str) -> None:
    assert prepared(wish) == "demo"
    assert settings_of(folder)["ENVIRONMENT"] == "demo"


@pytest.mark.parametrize(("name", "https"), [("", False), ("desk.example.org", True)])
def test_an_office_is_production_and_may_start_as_it_is(folder: Path, name: str, https: bool) -> None:
    assert prepared("office", name) == "office"
    made = loaded(folder)
    refuse_unsafe_start(made, environment={})
    assert (made.environment, made.https, made.plain_http) == ("production", https, not https)
    assert made.trusted_hosts == (name or "127.0.0.1,localhost")


@pytest.mark.parametrize("wish", ["demo", "office"])
def test_each_has_keys_of_its_own_that_only_its_user_reads(folder: Path, wish: str) -> None:
    prepared(wish)
    first = settings_of(folder)
    assert stat.S_IMODE((folder / "settings.env").stat().st_mode) == 0o600
    shutil.rmtree(folder)
    prepared(wish)
    second = settings_of(folder)
    assert all(first[key] != second[key] for key in ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY", "DATABASE_KEY"))


@pytest.mark.parametrize("first", ["demo", "office"])
@pytest.mark.parametrize("then", ["", "demo", "office"])
def test_settings_that_exist_are_never_touched(folder: Path, first: str, then: str) -> None:
    prepared(first)
    before = (folder / "settings.env").read_bytes()
    assert prepared(then) == ""
    assert (folder / "settings.env").read_bytes() == before


@pytest.mark.parametrize(("wish", "environment"), [("demo", "production"), ("demo", "test"), ("office", "demo"), ("office", "test")])
def test_an_instance_stays_what_it_is(wish: str, environment: str) -> None:
    with pytest.raises(SystemExit, match=r"stays one.*needs a folder of its own"):
        first_start.refuse_other_wish(wish, environment)


@pytest.mark.parametrize(("wish", "environment"), [("", "production"), ("", "demo"), ("demo", "demo"), ("office", "production")])
def test_control_what_fits_goes_on(wish: str, environment: str) -> None:
    first_start.refuse_other_wish(wish, environment)


@pytest.mark.parametrize("trace", ["card_desk.db", "card_desk.db-wal", "files", "queue", "log", "run.lock", "demo-accounts.json", "other"])
@pytest.mark.parametrize("wish", ["", "demo", "office"])
def test_a_folder_with_traces_of_use_gets_no_new_keys(folder: Path, trace: str, wish: str) -> None:
    folder.mkdir()
    (folder / trace).touch()
    with pytest.raises(SystemExit, match=r"settings\.env is missing"):
        prepared(wish)
    assert not (folder / "settings.env").exists()


def test_figures_of_make_bench_are_no_use(folder: Path) -> None:
    folder.mkdir()
    (folder / "bench.json").touch()
    assert prepared() == "demo"


@pytest.mark.parametrize("setting", first_start.REAL)
def test_whoever_begins_to_set_up_an_office_gets_no_demo_by_itself(folder: Path, setting: str) -> None:
    assert prepared(**{setting: "true"}) == ""
    assert not folder.exists()


@pytest.mark.parametrize("environment", ["production", "test"])
def test_nor_does_whoever_says_that_it_is_none(folder: Path, environment: str) -> None:
    assert prepared(ENVIRONMENT=environment) == ""
    with pytest.raises(SystemExit, match="stays one"):
        prepared("demo", ENVIRONMENT=environment)
    assert not folder.exists()


def test_a_start_with_keys_in_the_environment_writes_none(folder: Path) -> None:
    assert prepared("demo", SECRET_KEY="any") == ""
    assert not folder.exists()


def test_the_next_start_finds_the_database_of_the_first(folder: Path, tmp_path: Path) -> None:
    prepared("demo", DATABASE_URL=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert loaded(folder).database_url == f"sqlite:///{tmp_path / 'elsewhere.db'}"


def test_a_database_of_an_office_gets_no_other_keys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_start, "revision_in_database", lambda settings: "0001" if settings.database_url.endswith("used") else "")
    for wish in ("", "demo", "office"):
        with pytest.raises(SystemExit, match="belongs to an office already"):
            prepared(wish, DATABASE_URL="postgresql+psycopg://server/used")
    assert not folder.exists()
    assert prepared("office", DATABASE_URL="postgresql+psycopg://server/fresh") == "office"


@pytest.mark.parametrize("name", ["desk.example.org", "desk", "127.0.0.1"])
def test_a_host_name_is_taken(name: str) -> None:
    assert first_start.is_host_name(name)


@pytest.mark.parametrize("name", ["", "https://desk", "desk\nCARD_DESK_X=1", "desk,other", "-desk", "de sk", "a" * 300])
def test_what_is_none_is_refused(name: str) -> None:
    assert not first_start.is_host_name(name)
