"""The guide is walked as it is written, on the real upgrade and on both generations.

Every command is taken from the guide; what it asks a person to do is done to a copy of
the stand-in's folder. Minutes: Odoo installs and updates modules for real.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.migration.bench import COMMAND_SECONDS, Bench, Database
from tests.migration.handmade import BEGAN, Hand
from tests.migration.legacy import MODULE

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "migration/crm_whatsapp_migration/docs/GUIA.md"
UPGRADED = BEGAN + timedelta(days=60)
PHONE = "573012345678"
KEPT = """
    SELECT confrelid::regclass::text FROM pg_constraint
     WHERE conrelid = 'whatsapp_message'::regclass AND contype = 'f'
       AND conname = 'whatsapp_message_gateway_id_fkey'
"""
SHOWN = """
    SELECT message.body, count(*) FROM mail_message message
      JOIN discuss_channel channel ON channel.id = message.res_id
     WHERE message.model = 'discuss.channel' AND channel.active
       AND message.message_type = 'comment'
  GROUP BY 1 ORDER BY 1
"""


def _commands(section: int) -> list[str]:
    """The commands of a section, in order, as they stand in the guide."""
    text = GUIDE.read_text(encoding="utf-8")
    own = text.split(f"\n## {section}. ")[1].split("\n## ")[0]
    blocks = re.findall(r"^ *```\n(.*?)^ *```", own, re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()]


@dataclass
class Admin:
    """Somebody at the server's console with the guide in hand."""

    bench: Bench
    database: Database
    folder: Path

    @property
    def addon(self) -> Path:
        return self.folder / "old" / MODULE

    def stage(self, generation: int) -> None:
        """Put the old module's folder on the addons path, as a repository has it."""
        shutil.rmtree(self.addon, ignore_errors=True)
        shutil.copytree(HERE / "addons" / MODULE, self.addon)
        if generation == 2:
            # The real module does not depend on mail_gateway.
            shutil.copy(HERE / "addons/generation2/generation.py", self.addon)
        self.edit("__manifest__.py", "18.0.1.0.0", f"{self.bench.series}.1.0.0")

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.addon / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def addons(self) -> str:
        # The place's own stand-in is not the one that is edited here.
        kept = [
            path
            for path in self.database.place.addons.split(",")
            if not (Path(path) / MODULE).is_dir()
        ]
        old = self.addon.parent
        return ",".join([*kept, str(old)] if self.addon.is_dir() else kept)

    def give(self, line: str, expect: int | tuple[int, ...] = 0) -> str:
        """Give a command of the guide; what it said."""
        place = self.database.place
        conf = self.folder / "odoo.conf"
        text = re.sub(
            r"addons_path = .*",
            f"addons_path = {self.addons()}",
            place.conf.read_text(),
        )
        conf.write_text(re.sub(r"^db(_name|filter) = .*$", "", text, flags=re.M))
        line = line.replace("$RUTA", self.addons()).replace("informes", "reports")
        words = [
            self.database.name if word == "ensayo" else word
            for word in shlex.split(line)
        ]
        if words[0] == "odoo-bin":
            words[:1] = [str(self.bench.python), str(self.bench.script)]
        server = place.server
        env = self.database.env(
            {
                "ODOO_RC": str(conf),
                "PGHOST": str(server["host"]),
                "PGPORT": str(server["port"]),
                "PGUSER": str(server["user"]),
                "PGPASSWORD": str(server["password"] or ""),
            }
        )
        done = subprocess.run(
            [(word == "odoo.conf" and str(conf)) or word for word in words],
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        said = done.stdout + done.stderr
        wanted = expect if isinstance(expect, tuple) else (expect,)
        tail = "\n".join(said.splitlines()[-40:])
        assert done.returncode in wanted, f"«{line}»: {done.returncode}\n{tail}"
        return said

    def answer(self, changes: dict[str, Any]) -> None:
        """Fill in the file that `plan` wrote: suggestions, and what only they know."""
        path = self.folder / "reports/decisiones.json"
        values = json.loads(path.read_text(encoding="utf-8"))
        _take_suggestions(values)
        values |= changes
        path.write_text(json.dumps(values), encoding="utf-8")


def _take_suggestions(values: dict[str, Any]) -> None:
    for key, value in list(values.items()):
        if isinstance(value, dict) and not key.startswith("_"):
            _take_suggestions(value)
        elif value is None:
            values[key] = values.get(f"_{key}", {}).get("sugerencia")


@pytest.fixture
def admin(bench: Bench, tmp_path: Path) -> Iterator[Callable[[str], Admin]]:
    """`admin("1")`, `admin("2")`, `admin("upgraded")`: a filled database of each."""
    made: list[Admin] = []

    def make(kind: str) -> Admin:
        database = bench.copy("legacy2" if kind == "2" else "legacy1")
        one = Admin(bench, database, tmp_path)
        made.append(one)
        one.stage(2 if kind == "2" else 1)
        if kind == "upgraded":
            _upgrade(one)
        with database.cursor() as cr:
            _drop_texts_of_the_module(cr)
            if kind == "1":
                _first(Hand(cr))
                _used_wizard(Hand(cr))
            else:
                _second(Hand(cr))
        return one

    yield make
    for one in made:
        one.database.drop()


def _upgrade(admin: Admin) -> None:
    """Install the second generation over the first, as its repository said.

    19.0 refuses a comodel that it does not know yet, so there the database is one that
    came from 18.0: the foreign key is as it was left there.
    """
    old = admin.bench.series == "18.0"
    command = "odoo-bin -c odoo.conf -d ensayo -i {0} -u {1} --stop-after-init"
    modules = "mail_gateway_whatsapp"
    admin.stage(2)
    if old:
        with admin.database.cursor() as cr:
            _first(Hand(cr))
    else:
        modules += ",partner_mobile,partner_mobile_validation"
        admin.edit("__manifest__.py", '"mail"]', '"mail", "mail_gateway"]')
    admin.give(command.format(modules, MODULE))
    if not old:
        with admin.database.cursor() as cr:
            cr.execute(
                "ALTER TABLE whatsapp_message"
                " DROP CONSTRAINT whatsapp_message_gateway_id_fkey,"
                " ADD CONSTRAINT whatsapp_message_gateway_id_fkey"
                " FOREIGN KEY (gateway_id) REFERENCES whatsapp_gateway"
            )
            _first(Hand(cr))
    assert admin.database.value(KEPT) == "whatsapp_gateway"


def _drop_texts_of_the_module(cr: Any) -> None:
    """Its templates are asked about elsewhere."""
    cr.execute("DELETE FROM whatsapp_template")


def _first(hand: Hand) -> None:
    gateway = hand.gateway(2)
    for number in range(3):
        hand.message(gateway, PHONE, f"antes {number}", external_id=f"wamid.{number}")
    hand.message(gateway, PHONE, "contesta", direction="incoming")


def _used_wizard(hand: Hand) -> None:
    hand.cr.execute(
        "INSERT INTO whatsapp_composer (phone, message, gateway_id)"
        " SELECT %s, 'x', min(id) FROM whatsapp_gateway",
        [PHONE],
    )


def _second(hand: Hand) -> None:
    """Rows of gateway 1 of OCA's, whose id is the demo gateway's of the old module."""
    gateway = hand.mail_gateway(create_date=UPGRADED - timedelta(days=1))
    assert gateway == 1
    channel = hand.channel(gateway, f"+{PHONE}", kind="chat")
    for number in range(3):
        at = UPGRADED + timedelta(hours=number)
        said = hand.said(channel, f"<p>después {number}</p>", at, author_id=3)
        hand.message(gateway, PHONE, f"después {number}", external_id=str(said), at=at)
    later = UPGRADED + timedelta(days=1)
    hand.message(gateway, PHONE, "gracias", direction="incoming", at=later)


def _take_the_wizard_out(admin: Admin) -> None:
    (admin.addon / "wizards/whatsapp_composer.py").unlink()
    admin.edit("wizards/__init__.py", "from . import whatsapp_composer\n", "")


def _take_the_rest_out(admin: Admin) -> None:
    """What section 11 names, of the stand-in."""
    for name in ("gateway", "message", "template"):
        (admin.addon / f"models/whatsapp_{name}.py").unlink()
        admin.edit("models/__init__.py", f"from . import whatsapp_{name}\n", "")
    admin.edit("models/__init__.py", "from . import crm_lead\n", "")
    for name in ("gateway", "template"):
        admin.edit("__manifest__.py", f'"data/whatsapp_{name}_data.xml",', "")
    admin.edit("__manifest__.py", '"security/ir.model.access.csv",', "")
    views = admin.addon / "views/whatsapp_views.xml"
    text = re.sub(
        r"<!-- whatsapp -->.*?<!-- /whatsapp -->", "", views.read_text(), flags=re.S
    )
    text = re.sub(r'<record id="whatsapp_composer.*?</record>', "", text, flags=re.S)
    views.write_text(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "stays"), [("upgraded", True), ("1", False), ("2", True)]
)
def test_the_guide_leads_to_the_end(
    admin: Callable[[str], Admin], kind: str, stays: bool
) -> None:
    one = admin(kind)
    look, answered = _commands(4) + _commands(5)
    wizard, *screens, mobile, install = _commands(6)
    # 4: the used wizard of generation 1 is in the way, and both wizards of the others.
    one.give(look, expect=6)
    # 6
    one.give(wizard)
    if stays:
        _take_the_wizard_out(one)
        one.give(screens[0])
    else:
        shutil.rmtree(one.addon)
        for line in screens[1:]:
            one.give(line)
    if one.bench.series == "19.0":
        one.give(mobile)
    assert "Traceback" not in one.give(install)
    # 5
    one.give(look, expect=(0, 3))
    one.answer({})
    said = one.give(answered)
    assert "whatsapp.composer" not in said
    # 7, 8, 10, 13
    rehearse, run = _commands(7)
    verify, report = _commands(8)
    one.give(rehearse)
    one.give(run)
    one.give(verify)
    one.give(report)
    assert _texts(one) == _expected(kind)
    [again] = _commands(10)
    assert "No quedaba nada por migrar" in one.give(again)
    [undo] = _commands(13)
    one.give(f"{undo} --yes")
    one.give(run)
    one.give(verify)
    assert _texts(one) == _expected(kind)
    # 11
    *update, drop = _commands(11)
    if stays:
        _take_the_rest_out(one)
        for line in update:
            said = one.give(line)
            assert "Traceback" not in said
        assert _texts(one) == _expected(kind)
        one.give(verify)
        score = (
            "SELECT active FROM ir_ui_view JOIN ir_model_data data"
            " ON data.res_id = ir_ui_view.id AND data.model = 'ir.ui.view'"
            " WHERE data.name = 'view_crm_lead_form_score'"
        )
        assert one.database.value(score) is True
    one.give(drop)
    one.give(verify, expect=1)
    one.give(report)
    assert one.give(f"{undo} --yes", expect=6)
    assert _texts(one) == _expected(kind)


def _texts(one: Admin) -> dict[str, int]:
    return dict(one.database.rows(SHOWN))


def _expected(kind: str) -> dict[str, int]:
    first = [*(f"antes {number}" for number in range(3)), "contesta"]
    second = [*(f"después {number}" for number in range(3)), "gracias"]
    texts = {"1": first, "2": second, "upgraded": first + second}[kind]
    return dict.fromkeys(sorted(f"<p>{text}</p>" for text in texts), 1)


def test_every_command_of_the_guide_is_walked() -> None:
    """A command that is added to these sections is either walked or breaks the test."""
    counts = {
        section: len(_commands(section)) for section in (4, 5, 6, 7, 8, 10, 11, 13)
    }
    assert counts == {4: 1, 5: 1, 6: 6, 7: 2, 8: 2, 10: 1, 11: 6, 13: 1}
