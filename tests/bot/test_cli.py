"""The command line: answers, JSON, exit statuses and errors of one voice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import __version__
from bot.cli import cli, main
from tests.bot.conftest import PLEDGE, hours_ago, rss

CONFIG = """
[storage]
path = "p.db"
[[routes]]
name = "screen"
channel = "terminal"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, and the current one."""
    (tmp_path / "config.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def as_main(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    """The real entry point: its exit status and what it wrote to standard error."""
    monkeypatch.setattr("sys.argv", ["pledgewatch", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    assert isinstance(code, int)
    return code, capsys.readouterr().err


def test_version() -> None:
    assert run("--version").output.strip() == f"pledgewatch, version {__version__}"


def test_help_loads_no_library_of_the_database() -> None:
    program = "import sys; from bot.cli import cli; print('sqlite_utils' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_help_lists_what_the_contract_names() -> None:
    text = run("--help").output
    names = ("init", "doctor", "run", "poll", "classify", "evaluate", "feeds", "routes", "demo")
    answers = ("latest", "search", "status", "show", "why", "deliveries")
    for name in (*names, *answers):
        assert f"\n  {name} " in text


def test_status_answers_before_the_first_poll(folder: Path) -> None:
    result = run("status", "Ukraine", "--json")
    assert result.exit_code == 0
    data = json.loads(result.output)
    assert data["beneficiary"] == "UKR"
    assert {"committer", "obligation", "stage", "since"} <= set(data["commitments"][0])


def test_status_without_a_country_is_that_of_the_service(folder: Path) -> None:
    run("status", "Ukraine")
    data = json.loads(run("status", "--json").output)
    assert data["version"] == __version__


def test_a_question_with_no_answer_yet_is_an_empty_list(folder: Path) -> None:
    assert json.loads(run("latest", "--beneficiary", "Taiwan", "--json").output) == []
    assert json.loads(run("search", "anything", "at", "all", "--json").output) == []


def test_wrong_arguments_exit_with_2_and_say_what_was_meant(folder: Path) -> None:
    result = run("latest", "--direction", "sideways")
    assert result.exit_code == 2
    assert "is not one of new, strengthened" in result.output


def test_an_unknown_reference_exits_with_1(folder: Path) -> None:
    assert run("show", "UKR-999").exit_code == 1


def test_a_wrong_configuration_exits_with_78(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "config.toml").write_text("[storage]\npaht = 'x.db'\n")
    code, error = as_main(monkeypatch, capsys, "latest")
    assert code == 78
    assert "config.toml, line 2" in error
    assert "paht" in error
    assert len(error.strip().splitlines()) == 1


def test_a_missing_configuration_that_was_named_exits_with_78(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, error = as_main(monkeypatch, capsys, "--config", "none.toml", "latest")
    assert code == 78
    assert "none.toml" in error


def test_config_may_stand_before_or_after_the_command(folder: Path) -> None:
    (folder / "other.toml").write_text(CONFIG.replace("p.db", "other.db"))
    assert run("--config", "other.toml", "status", "UKR").exit_code == 0
    assert run("status", "UKR", "--config", "other.toml").exit_code == 0
    assert (folder / "other.db").exists()


def test_a_file_that_is_no_database_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "p.db").write_bytes(b"this is no database, only words" * 100)
    code, error = as_main(monkeypatch, capsys, "latest")
    assert code == 1
    assert "p.db" in error
    assert "nothing was overwritten" in error
    assert "Traceback" not in error


def test_an_unknown_command_exits_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, error = as_main(monkeypatch, capsys, "lastest")
    assert code == 2
    assert "lastest" in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("feeds", "import"), "Give an OPML file, or --starter. See `pledgewatch feeds import"),
        (("latest", "--limit", "99"), "99 is not in the range 1<=x<=25. See `pledgewatch latest"),
        (("init", "--country", "Atlantis"), 'cannot be "Atlantis"'),
    ],
)
def test_a_wrong_call_is_one_sentence_and_where_to_read_on(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (folder / "config.toml").unlink(missing_ok=True)
    code, error = as_main(monkeypatch, capsys, *arguments)
    assert code == 2
    assert said in error
    assert error.startswith("pledgewatch: ")
    assert error.endswith("--help`.\n")
    assert len(error.splitlines()) == 1


def test_a_file_that_is_not_labelled_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.jsonl").write_text('{"title": "x"}\n')
    code, error = as_main(monkeypatch, capsys, "evaluate", "a.jsonl")
    assert code == 1
    assert error.startswith("pledgewatch: a.jsonl: line 1")


def test_routes_are_added_listed_and_removed(folder: Path) -> None:
    added = run("routes", "add", "desk", "slack:C1", "--beneficiary", "Ukraine", "--min-stage", "3")
    assert added.exit_code == 0, added.output
    rows = {r["name"]: r for r in json.loads(run("routes", "list", "--json").output)}
    assert rows["desk"]["beneficiaries"] == ["UKR"]
    assert rows["desk"]["min_stage"] == 3
    assert rows["screen"]["origin"] == "file"
    assert run("routes", "remove", "desk").exit_code == 0
    assert "desk" not in run("routes", "list", "--json").output


def test_a_route_to_nowhere_is_refused(folder: Path) -> None:
    result = run("routes", "add", "desk", "#general")
    assert result.exit_code == 2
    assert "channel" in result.output


def test_what_the_file_fixes_is_not_removed_by_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("routes", "list")
    run("status", "UKR")
    code, error = as_main(monkeypatch, capsys, "routes", "remove", "screen")
    assert code == 1
    assert "config" in error


def test_a_local_document_is_parsed(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss((*PLEDGE, hours_ago(1))))
    data = json.loads(run("feeds", "parse", str(file), "--json").output)
    assert data["format"] == "rss20"
    (entry,) = data["entries"]
    assert entry["title"] == PLEDGE[0]
    assert entry["published"] == "2026-03-02T08:30:00+00:00"
    assert entry["updated"] is None


def test_a_document_that_is_no_feed_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    file.write_text("<html><body>hello</body></html>")
    code, error = as_main(monkeypatch, capsys, "feeds", "parse", str(file))
    assert code == 1
    assert "page.html" in error


def test_classify_reads_and_writes_json_lines() -> None:
    line = json.dumps({"id": "x1", "title": PLEDGE[0], "summary": PLEDGE[1], "mine": 7})
    result = CliRunner().invoke(cli, ["classify"], input=f"{line}\n\n{line}\n")
    assert result.exit_code == 0
    first, second = (json.loads(row) for row in result.output.splitlines())
    assert first == second
    assert first["id"] == "x1"
    assert first["mine"] == 7
    assert {"relevant", "score", "type", "claims", "summary", "language"} <= set(first)


def test_classify_cleans_what_it_is_given() -> None:
    def claims(title: str, own: str = "") -> object:
        line = json.dumps({"title": title, "summary": "", "mine": own})
        result = CliRunner().invoke(cli, ["classify"], input=line)
        assert result.exit_code == 0
        row = json.loads(result.output)
        assert row["mine"] == own
        return row["claims"]

    clean = claims("La Norvège enverra des troupes en Pologne")
    assert clean
    assert claims("La Norve\u0300ge enverra des trou\u00adpes en Pologne") == clean
    assert claims("La Norv&egrave;ge enverra des <b>troupes</b> en Pologne") == clean
    assert claims("La Norvège\ud800 enverra des troupes en Pologne", "\ud83d") == clean


def test_classify_names_the_line_that_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"title": "one"}\n{"title": \n')
    code, error = as_main(monkeypatch, capsys, "classify", str(file))
    assert code == 1
    assert "line 2" in error


def test_poll_without_feeds_says_so(folder: Path) -> None:
    result = run("poll", "--all", "--json")
    assert json.loads(result.stdout)["feeds"] == 0


def test_a_backup_is_verified_and_restored_beside_what_was_there(folder: Path) -> None:
    run("status", "UKR")
    assert "is a good copy" in run("backup", "copy.db").output
    again = run("backup", "copy.db")
    assert again.exit_code == 1
    result = run("restore", "copy.db")
    assert "is restored from copy.db" in result.output
    assert list(folder.glob("p.db.replaced-*"))


@pytest.mark.parametrize(("form", "part"), [("csv", "id,committer"), ("html", "<!doctype html>")])
def test_the_ledger_is_exported(folder: Path, form: str, part: str) -> None:
    result = run("ledger", "export", "--format", form)
    assert result.output.startswith(part)
    assert "Budapest" in result.output


def test_the_export_in_json_lines_has_every_entry_once(folder: Path) -> None:
    rows = [json.loads(line) for line in run("ledger", "export").output.splitlines()]
    assert len(rows) > 149
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_starting_ledger_has_no_contradiction(folder: Path) -> None:
    result = run("ledger", "check", "--json")
    assert (result.exit_code, json.loads(result.output)) == (0, [])


def test_an_entry_of_the_ledger_is_edited(folder: Path) -> None:
    run("status", "UKR")
    result = run("ledger", "edit", "1", "--stage", "4", "--note", "seen", "--json")
    assert json.loads(result.output)["stage"] == 4


def test_feeds_go_out_and_come_in_as_opml(folder: Path) -> None:
    imported = run("feeds", "import", "--starter", "--tag", "ukrainian", "--json")
    added = json.loads(imported.output)["added"]
    assert added
    run("feeds", "export", "out.opml")
    again = run("feeds", "import", "out.opml", "--json")
    assert json.loads(again.output) == {"added": [], "known": added} or set(
        json.loads(again.output)["known"]
    ) == set(added)


def test_a_replay_without_history_changes_nothing(folder: Path) -> None:
    run("status", "UKR")
    data = json.loads(run("replay", "--threshold", "0.2", "--json").output)
    assert data == {"threshold": 0.2, "added": [], "lost": []}


def test_a_damaged_database_names_the_newest_good_backup(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = CONFIG.replace("[[routes]]", 'backup_folder = "backups"\n[[routes]]', 1)
    (folder / "config.toml").write_text(text)
    run("status", "UKR")
    run("backup", "backups/pledgewatch-20260101T000000Z.db")
    (folder / "p.db").write_bytes(b"this is no database, only words" * 100)
    code, error = as_main(monkeypatch, capsys, "latest")
    assert code == 1
    assert "pledgewatch restore" in error
    assert "pledgewatch-20260101T000000Z.db" in error


def test_a_closed_address_is_told_in_whole_sentences(folder: Path) -> None:
    result = run("feeds", "add", "http://127.0.0.1/feed.xml", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "error": "http://127.0.0.1/feed.xml leads to a private or reserved network address.",
        "remedy": "If that is meant, add its network to [fetch] allow_networks.",
    }


def test_what_the_shell_took_for_one_word_is_text_without_quotation_marks(folder: Path) -> None:
    muted = run("routes", "mute", "screen", "3 days")
    assert muted.exit_code == 0, muted.output
    added = run("routes", "add", "night desk", "terminal", "to=South Korea")
    assert added.exit_code == 0, added.output


@pytest.mark.parametrize("command", ["show", "why", "whynot", "submit", "timeline"])
def test_a_limit_is_offered_only_where_there_may_be_many(command: str) -> None:
    assert "--limit" in run("latest", "--help").output
    assert "--limit" not in run(command, "--help").output


def test_a_backup_and_a_restore_tell_scripts_their_files(folder: Path) -> None:
    run("poll")
    assert json.loads(run("backup", "copy.db", "--json").output) == {"backup": "copy.db"}
    restored = json.loads(run("restore", "copy.db", "--json").output)
    assert restored["restored"] == "p.db"
    assert (folder / restored["aside"]).exists()


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (("backup", "wall/copy.db"), "wall"),
        (("restore", "copy.db", "--config", "elsewhere.toml"), "gone/p.db"),
        (("export", "ledger", "gone/ledger.jsonl"), "gone/ledger.jsonl"),
    ],
)
def test_a_place_that_takes_no_file_is_named_in_a_sentence(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    place: str,
) -> None:
    run("poll")
    run("backup", "copy.db")
    (folder / "wall").write_text("no folder")
    (folder / "elsewhere.toml").write_text('[storage]\npath = "gone/p.db"\n')
    code, error = as_main(monkeypatch, capsys, *arguments)
    assert code in {1, 2}
    assert error.startswith("pledgewatch: ")
    assert place in error
    assert len(error.splitlines()) == 1


def test_a_configuration_that_cannot_be_read_exits_with_78(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, error = as_main(monkeypatch, capsys, "--config", str(folder), "latest")
    assert code == 78
    assert "check the path and its permissions" in error
