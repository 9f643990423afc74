"""Runs inside `odoo shell`: company, users and employees of the lab.

Knows nothing of the rest of the lab: what to make comes as JSON in WA_LAB_SEED.
Everything here is free of ports and addresses, so it can live in a template.
"""

# mypy: ignore-errors
# `env` is given by odoo shell.
import json
import os

GROUP = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_%s"


def set_up_company(env, plan):
    """Colombia, pesos, Spanish."""
    currency = env.ref("base.COP")
    currency.active = True
    env.ref("base.main_company").write(
        {
            "name": plan["company"],
            "country_id": env.ref("base.co").id,
            "currency_id": currency.id,
        }
    )
    # What is written for nobody in particular is written in the company's language.
    env.ref("base.main_company").partner_id.lang = plan["language"]
    env["ir.default"].set("res.partner", "lang", plan["language"])
    env["ir.default"].set("res.partner", "tz", plan["time_zone"])


def make_users(env, plan):
    """A user and an employee for each person; no invitation is sent."""
    users = env["res.users"].with_context(no_reset_password=True)
    employees = env["hr.employee"]
    by_login = {}
    for person in plan["people"]:
        group = env.ref(GROUP % person["group"])
        user = users.create(
            {
                "name": person["name"],
                "login": person["login"],
                "password": person["login"],
                "email": f"{person['login']}@laboratorio.example",
                "lang": plan["language"],
                "tz": plan["time_zone"],
                plan["groups_field"]: [
                    (4, env.ref("base.group_user").id),
                    (4, group.id),
                ],
            }
        )
        by_login[person["login"]] = employees.create(
            {
                "name": person["name"],
                "user_id": user.id,
                "work_email": user.email,
                "rol_comercial": person["role"],
                "parent_id": by_login[person["manager"]].id
                if person["manager"]
                else False,
            }
        )


def seed(env, plan):
    env.ref("base.user_admin").partner_id.write(
        {
            "lang": plan["language"],
            "tz": plan["time_zone"],
            # Without an address the alerts of the queue would not be mailed.
            "email": "admin@laboratorio.example",
        }
    )
    set_up_company(env, plan)
    make_users(env, plan)
    env.cr.commit()


seed(env, json.loads(os.environ["WA_LAB_SEED"]))  # noqa: F821
