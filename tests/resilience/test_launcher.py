"""The launchers' parts: ports, derived settings, the model's fingerprint, and processes that end."""

import http.server
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from rasa.utils.endpoints import read_endpoint_config

from scripts import derived, ports, processes, serve, settings, train

SECRET = "a-secret-of-the-operator-0123456789"


@pytest.fixture(autouse=True)
def _var_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(derived, "RUN", tmp_path / "run")
    monkeypatch.setattr(train, "VAR", tmp_path / "var")
    monkeypatch.setattr(train, "MODELS", tmp_path / "models")
    monkeypatch.setattr(train, "log_path", lambda name: tmp_path / f"{name}.log")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class TestPorts:
    def test_a_taken_default_moves_on(self, taken: int) -> None:
        assert ports.choose_port(None, taken, "PORT") > taken

    def test_empty_means_not_set(self, taken: int) -> None:
        assert ports.choose_port("", taken, "PORT") > taken

    def test_a_taken_port_that_was_set_is_an_error(self, taken: int) -> None:
        with pytest.raises(ports.PortTakenError, match=f"PORT={taken}: something else"):
            ports.choose_port(str(taken), 5005, "PORT")

    @pytest.mark.parametrize("nonsense", ["abc", "0", "65536", "-1", "50 05"])
    def test_what_is_no_port_is_an_error(self, nonsense: str) -> None:
        with pytest.raises(ports.PortTakenError, match="not a port number"):
            ports.choose_port(nonsense, 5005, "PORT")

    def test_a_chosen_port_is_not_chosen_again(self) -> None:
        first = ports.choose_port(None, 5600, "PORT")
        assert ports.choose_port(None, first, "PORT") > first

    def test_nor_by_another_launcher(self) -> None:
        first = ports.choose_port(None, 5600, "PORT")
        code = f"from scripts.ports import choose_port; print(choose_port(None, {first}, 'PORT'))"
        other = subprocess.run([sys.executable, "-c", code], cwd=settings.ROOT, capture_output=True, check=True)
        assert int(other.stdout) > first


class TestDerivedSettings:
    def test_the_endpoints_name_the_action_server_of_this_run(self) -> None:
        text = derived.endpoints_for(6123).read_text(encoding="utf-8")
        assert "url: http://127.0.0.1:6123/webhook" in text
        assert "5055" not in text.split("action_endpoint:")[1].split("\n")[1]

    def test_or_the_one_that_was_set(self) -> None:
        text = derived.endpoints_for(5005, "https://actions.internal/webhook").read_text(encoding="utf-8")
        assert "\n  url: https://actions.internal/webhook\n" in text
        assert "127.0.0.1" not in text

    @pytest.mark.parametrize(
        "url",
        ["actions.internal:5055", "ftp://a/webhook", "http://a", "http://a/webhook\n  x: y", "http://a b/webhook"],
    )
    def test_what_is_no_address_of_an_action_server_is_an_error(self, url: str) -> None:
        with pytest.raises(settings.SettingError, match="ACTIONS_URL"):
            derived.endpoints_for(5005, url)

    @pytest.mark.parametrize("url", ["", "https://actions.internal/webhook"])
    def test_rasa_shows_the_secret_which_stands_in_no_file(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ACTIONS_SECRET", SECRET)
        file = derived.endpoints_for(6123, url)
        assert SECRET not in file.read_text(encoding="utf-8")
        endpoint = read_endpoint_config(str(file), "action_endpoint")
        assert endpoint is not None
        assert (endpoint.headers, endpoint.url.rsplit("/", 1)[1]) == ({"Authorization": f"Bearer {SECRET}"}, "webhook")
        assert read_endpoint_config(str(file), "tracker_store") is not None

    @pytest.mark.parametrize("secret", [None, ""])
    def test_without_a_secret_there_is_no_header(self, secret: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("ACTIONS_SECRET", raising=False)
        if secret is not None:
            monkeypatch.setenv("ACTIONS_SECRET", secret)
        assert "headers" not in derived.endpoints_for(6123).read_text(encoding="utf-8")

    def test_a_secret_that_can_be_guessed_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ACTIONS_SECRET", "swordfish")
        with pytest.raises(settings.SettingError, match="at least 32 characters") as error:
            derived.endpoints_for(6123)
        assert "swordfish" not in str(error.value)

    def test_the_literal_works_for_plain_rasa(self) -> None:
        assert "url: http://localhost:5055/webhook" in (settings.ROOT / "endpoints.yml").read_text(encoding="utf-8")

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
    def test_rest_stays_on_this_machine(self, host: str) -> None:
        assert "\nrest:" in derived.credentials_for(host, 5005).read_text(encoding="utf-8")

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])
    def test_rest_is_off_where_others_can_reach_it(self, host: str) -> None:
        assert "\nrest:" not in derived.credentials_for(host, 5005).read_text(encoding="utf-8")

    def test_only_rest_goes(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(derived, "ROOT", tmp_path)
        (tmp_path / "credentials.yml").write_text("rest:\n  a: 1\n\n  b: 2\nmine.Channel:\n  rest: yes\n")
        assert derived.credentials_for("0.0.0.0", 1).read_text(encoding="utf-8") == "mine.Channel:\n  rest: yes\n"


class TestFingerprint:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        for name in ("config.yml", "domain.yml", "requirements.lock"):
            (tmp_path / name).write_text(name)
        for name in ("data/nlu", "nose_twitch/medical/knowledge"):
            (tmp_path / name).mkdir(parents=True)
        (tmp_path / "nose_twitch/medical/knowledge/triage.yml").write_text("few_days: 3")
        (tmp_path / "data/nlu/faq.yml").write_text("nlu: []")
        return tmp_path

    @pytest.mark.parametrize(
        "file", ["config.yml", "data/nlu/new.yml", "nose_twitch/medical/knowledge/triage.yml", "nose_twitch/new.py"]
    )
    def test_what_matters_changes_it(self, project: Path, file: str) -> None:
        before = train.fingerprint(project)
        (project / file).write_text("other")
        assert train.fingerprint(project) != before

    @pytest.mark.parametrize("file", ["README.md", "actions.py", "data/.swp", "nose_twitch/__pycache__/a.pyc"])
    def test_what_does_not_matter_does_not(self, project: Path, file: str) -> None:
        before = train.fingerprint(project)
        (project / file).parent.mkdir(exist_ok=True)
        (project / file).write_text("other")
        assert train.fingerprint(project) == before

    def test_a_rename_changes_it(self, project: Path) -> None:
        before = train.fingerprint(project)
        (project / "data/nlu/faq.yml").rename(project / "data/nlu/faqs.yml")
        assert train.fingerprint(project) != before

    def test_it_is_quick(self) -> None:
        started = time.monotonic()
        train.fingerprint(settings.ROOT)
        assert time.monotonic() - started < 1


class TestTraining:
    @pytest.fixture
    def runs(self, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """Rasa's training, replaced: it writes a model unless told to fail."""
        seen: list[list[str]] = []

        def fake(command: list[str], *, stdout, **_: object) -> subprocess.CompletedProcess:
            seen.append(command)
            if os.environ.get("FAIL"):
                stdout.write(b"something\nYAML error in domain.yml\n")
                return subprocess.CompletedProcess(command, 1)
            (Path(command[command.index("--out") + 1]) / "model.tar.gz").write_bytes(b"model")
            return subprocess.CompletedProcess(command, 0)

        monkeypatch.setattr(train.subprocess, "run", fake)
        return seen

    def test_once_is_enough(self, runs: list[list[str]]) -> None:
        assert train.ensure_model() == train.ensure_model()
        assert len(runs) == 1

    def test_a_change_trains_again_and_forgets_the_old(
        self, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = train.ensure_model()
        monkeypatch.setattr(train, "fingerprint", lambda _: "f" * 64)
        new = train.ensure_model()
        assert (len(runs), old.exists(), new.exists()) == (2, False, True)

    def test_a_failure_shows_the_end_of_the_log_and_leaves_the_old_model(
        self, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = train.ensure_model()
        monkeypatch.setattr(train, "fingerprint", lambda _: "f" * 64)
        monkeypatch.setenv("FAIL", "1")
        with pytest.raises(train.TrainingFailed, match="YAML error in domain"):
            train.ensure_model()
        assert old.exists()
        assert sorted(path.name for path in train.VAR.iterdir()) == ["train.lock"]


class TestProcesses:
    @pytest.fixture
    def start(self, tmp_path: Path) -> Iterator:
        """Starts a child that runs the given code as its program."""
        children: list[processes.Child] = []

        def start(code: str, awaited: str = "-") -> processes.Child:
            (tmp_path / "program").mkdir()
            (tmp_path / "program/__init__.py").touch()
            body = "\n    ".join(["import os, signal, time", *code.splitlines()])
            (tmp_path / "program/__main__.py").write_text(f"def main():\n    {body}\n")
            environment = {"PYTHONPATH": str(tmp_path)}
            child = processes._start("program", [], tmp_path / "child.log", awaited=awaited, environment=environment)
            children.append(child)
            return child

        yield start
        for child in children:
            child.end()

    def test_its_exit_code_and_output_are_kept(self, start) -> None:
        child = start("print('hello', flush=True); os._exit(3)")
        assert child.wait(10) == 3
        assert "hello" in processes.end_of_log(child.log)

    def test_it_ends_when_the_launcher_is_gone(self, start) -> None:
        child = start("time.sleep(60)")
        os.close(child._lifeline)
        child._lifeline = -1
        assert child.wait(10) is not None

    def test_it_ends_even_if_it_does_not_want_to(self, start, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(processes, "GRACE_SECONDS", 0.5)
        child = start("signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)")
        while "deaf" not in processes.end_of_log(child.log):
            time.sleep(0.05)
        child.end()
        assert child.exit_code() == -9

    def test_it_waits_for_what_it_needs(self, start) -> None:
        port = ports.choose_port(None, 5700, "PORT")
        child = start("os._exit(0)", awaited=f"http://127.0.0.1:{port}/")
        assert child.wait(1) is None
        with http.server.HTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler) as server:
            threading.Thread(target=server.handle_request, daemon=True).start()
            # This handler knows no GET and says 501, which is no answer yet: nothing counts but a healthy one.
            assert child.wait(1) is None
        child.end()

    def test_nothing_of_a_log_is_lost_until_it_is_large(self, tmp_path: Path) -> None:
        log = tmp_path / "log" / "chat.log"
        for line in (b"one\n", b"two\n"):
            with processes.open_log(log) as file:
                file.write(line)
        assert processes.end_of_log(log) == "one\ntwo"
        log.write_bytes(b"x" * (processes.KEPT_LOG_BYTES + 1))
        with processes.open_log(log):
            pass
        assert log.read_bytes() == b""
        assert log.with_suffix(".old.log").exists()

    def test_a_dead_action_server_is_started_again(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        class Dead:
            def exit_code(self) -> int:
                return 1

            def end(self) -> None:
                pass

        starts: list[float] = []
        monkeypatch.setattr(processes, "start_actions", lambda *_: starts.append(time.monotonic()) or Dead())
        actions = processes.RestartingActions(1, tmp_path / "log")
        until = time.monotonic() + 3.5
        while time.monotonic() < until:
            actions.keep_alive()
            time.sleep(0.05)
        # Soon, and then each time after twice as long: it tries again, and does not spin.
        pauses = [later - sooner for sooner, later in pairwise(starts)]
        assert len(starts) in (4, 5)
        assert all(later > 1.5 * sooner for sooner, later in pairwise(pauses))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-11-29 ERROR nose_twitch.x  - STORE_AWAY error=OperationalError", "The database is away"),
        ('{"code": "LOCKS_BACK", "message": "LOCKS_BACK"}', "Redis is back."),
        ("2026-11-29 WARNING nose_twitch.x  - CHANNEL telegram: answers as @a", "Telegram: answers as @a."),
        ("2026-11-29 INFO rasa  - nothing of the kind", ""),
    ],
)
def test_whoever_runs_it_is_told_what_goes_away_and_comes_back(line: str, told: str) -> None:
    assert serve._told(line).startswith(told)
    assert bool(serve._told(line)) == bool(told)
