"""The lab's parts, one by one."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lab import addons, counts, debian, processes, sources, venvs
from lab.console import LabError, Progress, tail
from lab.locks import exclusive
from lab.settings import read_settings
from lab.suites import SUITES, chosen
from lab.venvs import STAMP, Venv
from lab.waiting import wait_until
from tests.lab.lab_folder import REPOSITORY


def manifest(addon: Path, version: str) -> Path:
    addon.mkdir(parents=True, exist_ok=True)
    (addon / "__manifest__.py").write_text(
        f'{{"name": "X", "version": "{version}", "depends": ["crm", "base"]}}\n'
    )
    return addon


class TestAddons:
    def test_relabel_changes_the_series_only(self, tmp_path: Path) -> None:
        addon = manifest(tmp_path / "a", "18.0.2.2.0")
        addons.relabel(addon, "19.0")
        assert '"version": "19.0.2.2.0"' in (addon / "__manifest__.py").read_text()

    def test_the_key_ignores_series_and_tests(self, tmp_path: Path) -> None:
        old, new = (manifest(tmp_path / n, f"{n}.1.0.0") for n in ("18.0", "19.0"))
        (new / "tests").mkdir()
        (new / "tests/test_x.py").touch()
        assert addons.content_key(old) == addons.content_key(new)

    def test_the_key_follows_the_code(self, tmp_path: Path) -> None:
        addon = manifest(tmp_path / "a", "18.0.1.0.0")
        before = addons.content_key(addon)
        (addon / "hooks.py").write_text("x = 1\n")
        assert addons.content_key(addon) != before

    def test_dependencies_come_from_the_manifest(self, tmp_path: Path) -> None:
        addon = manifest(tmp_path / "a", "18.0.1.0.0")
        assert addons.dependencies(addon) == ["base", "crm"]

    def test_a_clone_without_the_addon_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(LabError, match="El clon está incompleto"):
            addons.stage(tmp_path / "out", "18.0", tmp_path)


class TestSettings:
    def test_a_folder_that_is_not_odoo(self, tmp_path: Path) -> None:
        with pytest.raises(LabError, match=r"faltan odoo-bin"):
            read_settings({"ODOO_SRC": str(tmp_path)})

    @pytest.mark.parametrize("text", ["cuatro", "-1", "400"])
    def test_a_number_that_is_none(self, text: str) -> None:
        with pytest.raises(LabError, match=f"WORKERS={text}"):
            read_settings({"WORKERS": text})

    def test_folders_can_be_chosen(self, tmp_path: Path) -> None:
        env = {"XDG_CACHE_HOME": str(tmp_path), "WA_LAB_DIR": str(tmp_path / "b")}
        settings = read_settings(env)
        assert settings.cache == tmp_path / "wa-lab"
        assert settings.home == tmp_path / "b"

    def test_a_failure_is_a_sentence(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "lab", "up"],
            cwd=REPOSITORY,
            env={"PATH": "/usr/bin:/bin", "WORKERS": "muchos"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "se espera un número" in done.stderr
        assert "Traceback" not in done.stderr


class TestSources:
    def test_a_machine_without_apt_is_told_the_three_ways(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        settings = read_settings({"WA_LAB_CACHE": str(tmp_path)})
        with pytest.raises(LabError, match="no tiene apt-get") as caught:
            debian.provide(settings)
        for way in ("ODOO_SRC", "docker compose", "Debian"):
            assert way in str(caught.value)

    def test_an_unknown_series_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "odoo").mkdir()
        (tmp_path / "odoo-bin").touch()
        (tmp_path / "odoo/release.py").write_text("version_info = (17, 0, 0)\n")
        env = {"ODOO_SRC": str(tmp_path), "WA_LAB_CACHE": str(tmp_path / "c")}
        with pytest.raises(LabError, match=r"serie 17\.0; .* 18\.0, 19\.0"):
            sources.provide(read_settings(env))


class TestVenvs:
    def test_a_half_made_environment_is_made_again(self, tmp_path: Path) -> None:
        pins = tmp_path / "pins.txt"
        pins.touch()
        settings = read_settings({"WA_LAB_CACHE": str(tmp_path / "cache")})
        venv = Venv("prueba", pins)
        half = venv.path(settings)
        half.mkdir(parents=True)
        (half / "remains").touch()

        python = venvs.ensure(venv, settings)

        assert subprocess.run([python, "-c", ""], check=False).returncode == 0
        assert not (half / "remains").exists()
        assert (half / STAMP).is_file()

    def test_other_pins_are_another_environment(self, tmp_path: Path) -> None:
        one, two = tmp_path / "one.txt", tmp_path / "two.txt"
        one.write_text("six==1.17.0\n")
        two.write_text("six==1.16.0\n")
        assert Venv("x", one).key() != Venv("x", two).key()

    def test_pins_are_pins(self) -> None:
        for path in (REPOSITORY / "constraints").glob("*.txt"):
            for line in path.read_text().splitlines():
                assert line.startswith("#") or "==" in line, f"{path.name}: {line}"


class TestConsole:
    def test_an_error_brings_the_last_lines_of_its_log(self, tmp_path: Path) -> None:
        log = tmp_path / "odoo.log"
        log.write_text("".join(f"line {n}\n" for n in range(100)))
        text = str(LabError("Odoo no arrancó.", log))
        assert text.startswith("Odoo no arrancó.")
        assert "line 99" in text
        assert "line 50" not in text

    def test_tail_of_nothing(self, tmp_path: Path) -> None:
        assert tail(tmp_path / "none", 5) == []

    def test_progress_repeats_in_a_file_and_ends(self) -> None:
        times = iter([0.0, 1.0, 7.0, 8.0])
        stream = io.StringIO()
        with Progress("Descargando", stream, lambda: next(times)) as progress:
            progress.update("1/9 MB")
            progress.update("5/9 MB")
        assert stream.getvalue().splitlines() == [
            "  Descargando… 5/9 MB (7 s)",
            "  Descargando: listo (8,0 s)",
        ]


class TestWaiting:
    def test_a_dead_thing_is_not_waited_for(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        log.write_text("no such table\n")
        with pytest.raises(LabError, match="no such table"):
            wait_until(
                "Esperando",
                lambda: False,
                alive=lambda: False,
                failure=LabError("Se detuvo.", log),
            )

    def test_a_lock_is_held_by_one(self, tmp_path: Path) -> None:
        path, order = tmp_path / "x.lock", list[str]()

        def second() -> None:
            with exclusive(path, "algo"):
                order.append("second")

        with exclusive(path, "algo"):
            thread = threading.Thread(target=second)
            thread.start()
            thread.join(0.3)
            order.append("first")
        thread.join(10)
        assert order == ["first", "second"]

    def test_a_process_is_known_by_its_start(self, tmp_path: Path) -> None:
        started = processes.spawn(
            "x",
            ["sleep", "60"],
            home=tmp_path,
            log=tmp_path / "log",
            env=processes.inherited(),
        )
        assert started.alive
        assert [p.pid for p in processes.marked(tmp_path)] == [started.pid]
        processes.stop(processes.marked(tmp_path), "Deteniendo")
        assert not started.alive


class TestCounts:
    REPORT = """<testsuites><testsuite>
    <testcase classname="a" name="ok"/>
    <testcase classname="a" name="bad"><failure message="x"/></testcase>
    <testcase classname="a" name="broken"><error message="x"/></testcase>
    <testcase classname="a" name="why"><skipped message="no browser"/></testcase>
    <testcase classname="a" name="mute"><skipped message=""/></testcase>
    </testsuite></testsuites>"""

    def test_errors_are_failures_and_mute_skips_are_named(self, tmp_path: Path) -> None:
        report = tmp_path / "r.xml"
        report.write_text(self.REPORT)
        found = counts.read(report, 1)
        assert found.line() == "1 passed, 2 failed, 2 skipped"
        assert found.unexplained == ("a::mute",)
        assert not found.good

    def test_a_run_that_never_began_is_a_failure(self, tmp_path: Path) -> None:
        found = counts.read(tmp_path / "none.xml", 4)
        assert found.line() == "0 passed, 1 failed, 0 skipped"

    def test_nothing_run_is_not_good(self) -> None:
        assert not counts.Counts().good


class TestSuites:
    def test_each_has_a_name_of_its_own(self) -> None:
        assert len({suite.name for suite in SUITES}) == len(SUITES)

    def test_some_can_be_chosen(self) -> None:
        assert [suite.name for suite in chosen("lab, lint")] == ["lab", "lint"]
        with pytest.raises(LabError, match="No hay una suite «lob»"):
            chosen("lob")


TARGETS = ("demo", "test", "scenarios", "up", "down", "purge", "status", "logs", "lint")


class TestMakefile:
    def make(self, *arguments: str) -> str:
        done = subprocess.run(
            ["make", *arguments],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def test_alone_it_lists_the_targets(self) -> None:
        text = self.make()
        for target in TARGETS:
            assert f"make {target} " in text

    @pytest.mark.parametrize("target", TARGETS)
    def test_a_target_is_one_call(self, target: str) -> None:
        lines = self.make("--dry-run", target).splitlines()
        assert len(lines) == 1
        assert lines[0].startswith("python3 -m lab ")
