"""What a started lab offers: the company, the gateway, the mail, the walls."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
import requests

from lab import people
from lab.odoo import answers
from lab.rpc import OdooClient
from lab.waiting import wait_until
from tests.lab.lab_folder import LabFolder

TIMEOUT = 10


@pytest.fixture(scope="module")
def admin(running: LabFolder) -> OdooClient:
    odoo = running.state.odoo
    return OdooClient(odoo["url"], odoo["database"], people.ADMIN, people.ADMIN)


def read(client: OdooClient, model: str, domain: list[Any], *names: str) -> Any:
    return client.call(model, "search_read", domain, list(names))


def test_the_handshake_integrates_the_gateway(
    running: LabFolder, admin: OdooClient
) -> None:
    name = "integrated_webhook_state"
    found = read(admin, "mail.gateway", [["gateway_type", "=", "whatsapp"]], name)
    assert [row[name] for row in found] == ["integrated"]
    key = running.state.gateway["webhook_key"]
    assert key in running.state.gateway["callback_url"]


@pytest.mark.parametrize("person", people.PEOPLE, ids=lambda one: one.login)
def test_each_person_can_enter_and_has_role_and_group(
    running: LabFolder, admin: OdooClient, person: people.Person
) -> None:
    odoo = running.state.odoo
    login = running.state.logins[person.login]
    own = OdooClient(odoo["url"], odoo["database"], login["login"], login["password"])
    group = f"crm_whatsapp_gateway.crm_whatsapp_gateway_group_{person.group}"
    assert own.call("res.users", "has_group", [own.uid], group)
    domain = [["user_id", "=", own.uid]]
    rows = read(admin, "hr.employee", domain, "rol_comercial", "parent_id")
    assert [row["rol_comercial"] for row in rows] == [person.role]
    assert bool(rows[0]["parent_id"]) == bool(person.manager)


def test_people_read_spanish(admin: OdooClient) -> None:
    logins = [one.login for one in people.PEOPLE]
    rows = read(admin, "res.users", [["login", "in", logins]], "lang")
    assert {row["lang"] for row in rows} == {people.LANGUAGE}


def test_nobody_was_invited_by_mail(running: LabFolder) -> None:
    assert list(Path(running.state.mail["folder"]).glob("*.eml")) == []


def test_a_mail_ends_in_the_sink(running: LabFolder, admin: OdooClient) -> None:
    values = {
        "subject": "Prueba del buzón",
        "email_to": "cliente@example.com",
        "body_html": "<p>Hola</p>",
    }
    mail = admin.call("mail.mail", "create", [values])
    admin.call("mail.mail", "send", mail)
    folder = Path(running.state.mail["folder"])
    wait_until(
        "Esperando el correo",
        lambda: bool(list(folder.glob("*.eml"))),
        alive=lambda: True,
        failure=AssertionError("no mail arrived"),
        limit=TIMEOUT,
    )
    text = next(folder.glob("*.eml")).read_text()
    assert "X-Lab-Recipients: cliente@example.com" in text


def test_the_database_is_not_mistaken_for_its_template(
    running: LabFolder, admin: OdooClient
) -> None:
    rows = read(admin, "ir.config_parameter", [], "key", "value")
    found = {row["key"]: row["value"] for row in rows}
    assert found["web.base.url"] == running.state.odoo["url"]
    assert len(found["database.uuid"]) == 36


def test_odoo_has_the_proxies_and_nobody_else(running: LabFolder) -> None:
    process = running.state.process("odoo")
    assert process is not None
    handle = process.handle()
    assert handle is not None
    env = handle.environ()
    fake = running.state.simulator["url"]
    assert env["HTTPS_PROXY"] == env["HTTP_PROXY"] == fake
    assert env["NO_PROXY"] == "localhost,127.0.0.1"
    assert Path(env["REQUESTS_CA_BUNDLE"]).is_file()
    assert os.environ.get("HTTPS_PROXY") != fake


def test_a_stranger_is_refused_by_the_simulator(running: LabFolder) -> None:
    fake = running.state.simulator
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(
            "https://www.example.com/",
            proxies={"https": fake["url"]},
            verify=fake["ca"],
            timeout=TIMEOUT,
        )


def test_files_with_passwords_are_ours_to_read(running: LabFolder) -> None:
    for name in ("state.json", "odoo.conf", "postgres.json"):
        mode = stat.S_IMODE((running.home / name).stat().st_mode)
        assert mode == 0o600, name


def test_a_second_up_finds_it_running(running: LabFolder) -> None:
    before = running.state.processes
    status, output = running.run("up")
    assert status == 0
    assert "ya está en marcha" in output
    assert running.state.processes == before


def test_status_names_what_runs(running: LabFolder) -> None:
    status, output = running.run("status")
    assert status == 0
    assert output.count("en marcha") == 4
    assert running.state.odoo["url"] in output
    assert answers(running.state.odoo["url"] + "/web/health")


def test_logs_show_the_last_lines(running: LabFolder) -> None:
    status, output = running.run("logs", "odoo")
    assert status == 0
    assert "odoo" in output
