"""One benchmark: the migration, a bare insert of its rows, the ORM; all in one run."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.migration.bench import Bench, Database, Legacy
from tests.migration.generator import Wish

from . import bare
from .process import Failed, Taken, measured

ORM_ROWS = 5000
MEGABYTE = 1_000_000
#: What the migration shall keep to; printed beside the figures, never enforced.
MOST_TIMES_BARE = 4.0
LEAST_TIMES_ORM = 20.0
MOST_MEGABYTES = 300
MOST_SECONDS_A_MILLION = 600


class Wrong(Exception):
    """What was migrated, or what a rollback left, is not right."""


class Trial:
    """:param folder: for files of the run; nothing of it is kept"""

    def __init__(self, bench: Bench, rows: int, generation: str, folder: Path) -> None:
        self.bench = bench
        self.wish = Wish(rows=rows, generation=generation)
        self.folder = folder

    def run(self, orm_rows: int) -> None:
        say(f"Odoo {self.bench.series}, generation {self.wish.generation}")
        begun = time.monotonic()
        legacy = self.bench.legacy(self.wish)
        for line in legacy.made.lines():
            say(line)
        say(f"  made in {time.monotonic() - begun:.0f} s")
        say("\nPostgreSQL, for all that is compared:")
        for name, value in _settings(legacy.database):
            say(f"  {name} = {value}")
        try:
            taken, loads, moved = self._migrate(legacy)
            plain = self._bare(legacy, loads)
        finally:
            legacy.database.drop()
        self._compare(taken, plain, moved, self._orm(orm_rows))

    # ------------------------------------------------------------ migration
    def _migrate(self, legacy: Legacy) -> tuple[Taken, list[bare.Load], int]:
        """Run, verify, roll back; what the run took, and the rows it made."""
        database = legacy.database.copy()
        try:
            before, since = bare.counts(database), bare.marks(database)
            decisions = legacy.decisions(self.folder)
            taken = self._command(database, "run", "--decisions", decisions)
            tell("run", taken, self.wish.rows)
            verified = self._command(database, "verify")
            tell("verify", verified, self.wish.rows)
            moved = database.value(
                "SELECT count(*) FROM whatsapp_migration_item"
                " WHERE source_table = 'whatsapp_message' AND state = 'moved'"
            )
            if not moved:
                raise Wrong("no message was moved")
            loads = bare.take(database, since, self.folder)
            undone = self._command(database, "rollback", "--yes")
            tell("rollback", undone, self.wish.rows)
            after = bare.counts(database)
            if after != before:
                raise Wrong(f"rollback left {after}, there was {before}")
        finally:
            database.drop()
        return taken, loads, int(moved)

    def _command(self, database: Database, command: str, *options: Any) -> Taken:
        argv = ["whatsapp_migrate", command, "-d", database.name, "--lang", "en"]
        try:
            return measured(database.argv([*argv, *options]), database.env())
        except Failed as error:
            raise Wrong(str(error)) from error

    # ------------------------------------------------------ beside migration
    def _bare(self, legacy: Legacy, loads: list[bare.Load]) -> float:
        database = legacy.database.copy()
        try:
            bare.prepare(database, loads)
            begun = time.monotonic()
            spent = bare.insert(database, loads)
            total = time.monotonic() - begun
        finally:
            database.drop()
        rows = sum(load.rows for load in loads)
        say(f"\nbare INSERT … SELECT: {total:.1f} s for {rows} rows")
        for load in loads:
            say(f"  {load.table:<32} {load.rows:>9} rows {spent[load.table]:>8.1f} s")
        return total

    def _orm(self, rows: int) -> dict[str, float]:
        """Messages a second of each way."""
        # Some rows are none that can be moved.
        legacy = self.bench.legacy(replace(self.wish, rows=rows * 2, generation="1"))
        database = legacy.database
        try:
            place = database.place
            module = ["-m", "tests.migration.speed.orm"]
            argv = [str(self.bench.python), *module, str(place.conf), database.name]
            done = measured([*argv, str(rows)], _with_repository(database))
        except Failed as error:
            raise Wrong(str(error)) from error
        finally:
            database.drop()
        say("\nby the ORM")
        found = {}
        for way, took in json.loads(done.output.splitlines()[-1]).items():
            found[way] = took["messages"] / took["seconds"]
            say(
                f"  {way:<8} {took['messages']} messages in {took['seconds']:.1f} s:"
                f" {found[way]:.0f}/s"
            )
        return found

    def _compare(
        self, taken: Taken, plain: float, moved: int, orm: dict[str, float]
    ) -> None:
        rate = moved / taken.seconds
        say("\nThe migration")
        say(f"  {self.wish.rows / taken.seconds:.0f} legacy rows/s, {rate:.0f} moved/s")
        limit = MOST_SECONDS_A_MILLION * max(self.wish.rows / 1_000_000, 0.01)
        times = taken.seconds / plain
        _judge("times a bare insert", times, MOST_TIMES_BARE)
        for way, own in orm.items():
            _judge(f"times the ORM ({way})", rate / own, LEAST_TIMES_ORM, least=True)
        _judge("MB at its peak", taken.peak / MEGABYTE, MOST_MEGABYTES)
        _judge("seconds", taken.seconds, limit)


def _judge(words: str, value: float, goal: float, *, least: bool = False) -> None:
    holds = value >= goal if least else value <= goal
    sign = "at least" if least else "at most"
    say(f"  {value:>8.1f} {words:<24} goal {sign} {goal:g}: {'yes' if holds else 'no'}")


def tell(name: str, taken: Taken, rows: int) -> None:
    say(
        f"\n{name}: {taken.seconds:.1f} s, {rows / taken.seconds:.0f} rows/s,"
        f" peak {taken.peak / MEGABYTE:.0f} MB"
    )
    for step, (done, seconds) in taken.steps.items():
        say(f"  {step:<32} {done:>9} rows {seconds:>8.1f} s")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _settings(database: Database) -> list[tuple[str, str]]:
    names = (
        *("server_version", "fsync", "synchronous_commit", "full_page_writes"),
        *("wal_level", "shared_buffers", "max_wal_size", "jit"),
    )
    return [(name, str(database.value(f"SHOW {name}"))) for name in names]


def _with_repository(database: Database) -> dict[str, str]:
    env = database.env()
    here = Path(__file__).parents[3]
    return {**env, "PYTHONPATH": f"{env['PYTHONPATH']}:{here}"}
