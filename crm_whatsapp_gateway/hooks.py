from odoo.tools import SQL

from .compat import group_users_field
from .models.indexes import INDEXES

MODULE = "crm_whatsapp_gateway"
SOURCE_NAME = "WhatsApp Línea Marketing"

# Raw SQL objects that Odoo does not know of.
OCA_TOKEN_INDEX = "mail_gateway_token_number_uniq"
RAW_INDEXES = (
    "discuss_channel_gateway_token_idx",
    OCA_TOKEN_INDEX,
    *(name for names in INDEXES.values() for name in names),
)


def pre_init_hook(env):
    """Adopt a source of that name, so that install makes no second one."""
    source = env["utm.source"].search([("name", "=", SOURCE_NAME)], limit=1)
    if source:
        env["ir.model.data"].create(
            {
                "module": MODULE,
                "name": "utm_source_whatsapp",
                "model": "utm.source",
                "res_id": source.id,
                "noupdate": True,
            }
        )


def post_init_hook(env):
    """Turn leads on, give roles to administrators, index the numbers there are."""
    env.ref("base.group_user")._apply_group(env.ref("crm.group_use_lead"))
    env["crm.team"].search([("use_opportunities", "=", True)]).use_leads = True
    director = env.ref(f"{MODULE}.crm_whatsapp_gateway_group_director")
    director[group_users_field()] = [
        (4, env.ref("base.user_root").id),
        (4, env.ref("base.user_admin").id),
    ]
    env["res.users"]._whatsapp_adopt_legacy_roles()
    env["mail.gateway"].search(
        [("gateway_type", "=", "whatsapp"), ("whatsapp_source_id", "=", False)]
    ).whatsapp_source_id = env.ref(f"{MODULE}.utm_source_whatsapp")
    env["whatsapp.number"]._rebuild()
    # Without it every window would count as closed until the customer writes again.
    env["discuss.channel"]._whatsapp_fill_states()


def uninstall_hook(env):
    """Leave nothing behind but what people did."""
    _keep_what_people_did(env)
    _drop_raw_objects(env)
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", f"{MODULE}.%")]).unlink()


def _keep_what_people_did(env):
    """Leads keep their source and their calls; both would go, or keep parts of us."""
    source = env.ref(f"{MODULE}.utm_source_whatsapp", raise_if_not_found=False)
    leads = env["crm.lead"].with_context(active_test=False)
    if source and leads.search_count([("source_id", "=", source.id)], limit=1):
        env["ir.model.data"].search(
            [("module", "=", MODULE), ("name", "=", "utm_source_whatsapp")]
        ).unlink()
    own = env.ref(f"{MODULE}.mail_activity_type_call_now", raise_if_not_found=False)
    call = env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
    if own and call:
        # In SQL: nobody is told of a call that stays as it is.
        env.flush_all()
        env.cr.execute(
            "UPDATE mail_activity SET activity_type_id = %s"
            " WHERE activity_type_id = %s",
            (call.id, own.id),
        )
        env["mail.activity"].invalidate_model()


def _drop_raw_objects(env):
    """Drop what was made by SQL; restore OCA's constraint where it holds."""
    for index in RAW_INDEXES:
        env.cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(index)))
    env.cr.execute(
        """
        SELECT 1 FROM mail_gateway GROUP BY token HAVING count(*) > 1 LIMIT 1
        """
    )
    if not env.cr.fetchone():
        env.cr.execute(
            "ALTER TABLE mail_gateway ADD CONSTRAINT mail_gateway_mail_gateway_token"
            " UNIQUE (token)"
        )
