"""The benchmark itself works, and does not count what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.bench import Bench
from tests.migration.speed import bare
from tests.migration.speed.trial import Trial, Wrong


@pytest.mark.slow
def test_everything_is_measured_in_one_run(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Trial(bench, 300, "1", tmp_path).run(orm_rows=20)

    said = capsys.readouterr().out
    assert "times a bare insert" in said
    assert "times the ORM (posted)" in said
    assert "MB at its peak" in said
    # Figures of the machine belong to the figures of the run.
    assert "fsync = " in said


def test_a_run_that_the_verification_refuses_counts_for_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(database: object) -> bare.Marks:
        with database.cursor() as cr:  # type: ignore[attr-defined]
            cr.execute(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN NEW.body := 'otro texto'; RETURN NEW; END $$;"
                " CREATE TRIGGER spoil BEFORE INSERT ON mail_message"
                " FOR EACH ROW EXECUTE FUNCTION spoil()"
            )
        return marks(database)  # type: ignore[arg-type]

    marks = bare.marks
    monkeypatch.setattr(bare, "marks", spoil)

    with pytest.raises(Wrong, match=r"FAILS +The checksum of all texts"):
        Trial(bench, 100, "1", tmp_path).run(orm_rows=20)
