"""Table of rights, read and tried by ``test_access.py``.

A conversation of adviser A with a customer, and all that belongs to it. For each model:
which roles may read, write, create and delete it, which of its fields only the addon
writes, whatever the role and whatever the way, and which roles may call its public
methods. A public method or a stored field of the addon that is missing here fails the
test.
"""

from dataclasses import dataclass, field

from ..compat import SERIES

ADVISER = "adviser"  # in charge: the conversation's lead is assigned to them
OTHER = "other adviser"
SUPERVISOR = "supervisor"  # leads the team of the conversation's lead
DIRECTOR = "director"
SYSTEM = "system administrator"
EMPLOYEE = "internal user without rights"
FOREIGN = "director of another company"
PORTAL = "portal user"
PUBLIC = "public user"
ROLES = (
    ADVISER,
    OTHER,
    SUPERVISOR,
    DIRECTOR,
    SYSTEM,
    EMPLOYEE,
    FOREIGN,
    PORTAL,
    PUBLIC,
)

NOBODY: frozenset[str] = frozenset()
# Whose rights reach the conversation.
IN_CHARGE = frozenset((ADVISER, SUPERVISOR, DIRECTOR, SYSTEM))
MEMBERS = frozenset((ADVISER, SYSTEM))
# 19.0 asks for reading, too.
WRITERS_OF_MEMBERS = MEMBERS if SERIES >= 19 else IN_CHARGE
SALES = IN_CHARGE - {SYSTEM}
ANY_ADVISER = SALES | {OTHER, FOREIGN}
INTERNAL = IN_CHARGE | {OTHER, EMPLOYEE, FOREIGN}
GATEWAY = IN_CHARGE | {OTHER}
ADMIN = frozenset((SYSTEM,))
DIRECTORS = frozenset((DIRECTOR,))

# In place of the names of fields: every stored field of the model.
ALL = ("*",)


@dataclass(frozen=True)
class Access:
    """Rights on a model's records that belong to the conversation.

    :ivar protected: fields that nobody writes but the addon
    :ivar kept: the same, of records that exist; a new one belongs to no conversation
    :ivar free: the addon's fields that whoever may write the record may write
    :ivar methods: roles that may call a public method
    """

    read: frozenset[str] = NOBODY
    write: frozenset[str] = NOBODY
    create: frozenset[str] = NOBODY
    unlink: frozenset[str] = NOBODY
    protected: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    methods: dict[str, frozenset[str]] = field(default_factory=dict)


TABLE = {
    # ------------------------------------------------------- the conversation
    "discuss.channel": Access(
        read=IN_CHARGE,
        write=IN_CHARGE,
        unlink=ADMIN,
        protected=(
            "channel_type",
            "company_id",
            "gateway_channel_token",
            "gateway_id",
            "gateway_message_ids",
            "lead_id",
            "whatsapp_history_ids",
            "whatsapp_history_of_id",
            "whatsapp_last_at",
            "whatsapp_last_inbound_at",
            "whatsapp_last_outbound_at",
            "whatsapp_marketing_stopped_at",
            "whatsapp_marketing_consent_at",
            "whatsapp_opted_out_at",
            "whatsapp_partner_id",
            "whatsapp_state",
            "whatsapp_unread",
            "whatsapp_user_id",
            "whatsapp_username",
        ),
        kept=("active",),
        free=("anonymous_name",),
        methods={
            "action_whatsapp_allow_again": IN_CHARGE - {ADVISER, SYSTEM},
            "action_whatsapp_close": IN_CHARGE,
            "action_whatsapp_open": IN_CHARGE,
            "action_whatsapp_open_lead": IN_CHARGE,
            "action_whatsapp_reopen": IN_CHARGE,
            "message_post": IN_CHARGE,
            "whatsapp_panel": IN_CHARGE,
            # Odoo's own.
            "channel_rename": IN_CHARGE,
        },
    ),
    # Odoo shows members to members. Invitations: see test_takeover.py.
    "discuss.channel.member": Access(
        read=MEMBERS, write=WRITERS_OF_MEMBERS, unlink=MEMBERS
    ),
    "mail.guest": Access(
        read=IN_CHARGE,
        write=ADMIN,
        unlink=ADMIN,
        protected=("gateway_id", "gateway_token"),
    ),
    "res.partner.gateway.channel": Access(
        read=SALES,
        protected=("company_id", "gateway_id", "gateway_token", "partner_id"),
        methods={"mail_format": SALES},
    ),
    # ------------------------------------------------------------ its messages
    "mail.message": Access(
        read=IN_CHARGE,
        protected=(
            "gateway_message_id",
            "gateway_message_ids",
            "gateway_notification_ids",
            "whatsapp_wamid",
        ),
        # Nothing of what was written is written again: see test_written_stays.py.
        kept=("gateway_type",),
    ),
    "mail.notification": Access(
        read=IN_CHARGE,
        unlink=ADMIN,
        protected=(
            "gateway_channel_id",
            "gateway_failure_reason",
            "gateway_message_id",
            "gateway_type",
            "notification_type",
            "whatsapp_delivered_at",
            "whatsapp_failed_at",
            "whatsapp_failure",
            "whatsapp_read_at",
            "whatsapp_sent_at",
            "whatsapp_state",
        ),
        methods={"send_gateway": IN_CHARGE},
    ),
    "ir.attachment": Access(read=IN_CHARGE, create=IN_CHARGE),
    "whatsapp.media": Access(
        read=IN_CHARGE,
        unlink=ADMIN,
        protected=ALL,
        methods={"action_fetch_again": IN_CHARGE},
    ),
    "whatsapp.message.queue": Access(
        read=IN_CHARGE,
        write=ADMIN,
        unlink=ADMIN,
        protected=ALL,
        free=("next_retry",),
        methods={
            "action_cancel": IN_CHARGE,
            "action_mark_sent": IN_CHARGE,
            "action_retry_now": IN_CHARGE,
            "action_send_again": IN_CHARGE,
            "process_due": IN_CHARGE - {ADVISER} | {FOREIGN},
        },
    ),
    "whatsapp.message.queue.attempt": Access(read=IN_CHARGE, protected=ALL),
    # ----------------------------------------------------------------- its lead
    "crm.lead": Access(
        read=SALES,
        write=SALES,
        # Odoo lets whoever sells make leads; nobody makes one with a conversation.
        create=ANY_ADVISER,
        unlink=DIRECTORS,
        protected=(
            "gateway_channel_id",
            "gateway_channel_ids",
            "whatsapp_ad_headline",
            "whatsapp_ad_id",
            "whatsapp_ad_url",
            "whatsapp_ctwa_clid",
        ),
        # The source and its lock: see test_lead.py.
        free=("source_id", "whatsapp_source_locked"),
        methods={
            "action_whatsapp_chat": SALES,
            "action_whatsapp_compose": SALES,
            "action_whatsapp_open_channel": SALES,
        },
    ),
    "whatsapp.assignment.log": Access(
        read=IN_CHARGE - {ADVISER}, unlink=ADMIN, protected=ALL
    ),
    "whatsapp.assignment.turn": Access(
        read=ADMIN, write=ADMIN, create=ADMIN, unlink=ADMIN, free=ALL
    ),
    "whatsapp.number": Access(read=ADMIN, protected=ALL),
    "whatsapp.report": Access(read=SALES, free=ALL),
    # -------------------------------------------------------------- the gateway
    # Its secrets: see test_secrets.py.
    "mail.gateway": Access(
        read=GATEWAY,
        write=ADMIN,
        create=ADMIN,
        unlink=ADMIN,
        free=ALL,
        methods={
            "action_whatsapp_events": GATEWAY,
            "action_whatsapp_inbox": GATEWAY,
            "action_whatsapp_merge_duplicates": ADMIN,
            "action_whatsapp_queue": GATEWAY,
            "action_whatsapp_resume": ADMIN,
            "action_whatsapp_test_connection": ADMIN,
            "button_import_whatsapp_template": ADMIN,
            "gateway_info": GATEWAY,
            "remove_webhook": ADMIN,
            "set_webhook": ADMIN,
            "update_webhook": ADMIN,
        },
    ),
    "mail.whatsapp.template": Access(
        read=INTERNAL - {FOREIGN},
        write=ADMIN,
        create=ADMIN,
        unlink=ADMIN,
        free=ALL,
        methods={
            "button_back2draft": ADMIN,
            "button_export_template": ADMIN,
            "button_sync_template": ADMIN,
            "prepare_value_to_send": INTERNAL - {FOREIGN},
            "render_body_message": INTERNAL - {FOREIGN},
        },
    ),
    "mail.whatsapp.template.button": Access(
        read=INTERNAL,
        write=ADMIN,
        create=ADMIN,
        unlink=ADMIN,
        free=ALL,
        # OCA's constraint, which refuses this button as it is.
        methods={"check_variable_ids": NOBODY},
    ),
    "mail.whatsapp.template.variable": Access(create=ADMIN, free=ALL),
    "whatsapp.webhook.event": Access(
        read=DIRECTORS | ADMIN,
        unlink=ADMIN,
        protected=ALL,
        methods={"action_process_again": ADMIN},
    ),
    "whatsapp.webhook.refusal": Access(read=ADMIN, unlink=ADMIN, protected=ALL),
    # ------------------------------------------------------------ people, settings
    "res.partner": Access(
        read=INTERNAL,
        write=ANY_ADVISER | ADMIN,
        create=ANY_ADVISER | ADMIN,
        unlink=ADMIN,
        protected=("gateway_channel_ids",),
        # 18.0 only: finds whom the user may read; see test_takeover.py.
        methods={"search_for_channel_invite": frozenset(ROLES)},
    ),
    # Rights of users and employees are Odoo's.
    "hr.employee": Access(
        free=("rol_comercial", "whatsapp_capacity", "whatsapp_paused")
    ),
    "res.users": Access(free=("gateway_ids",)),
    "ir.actions.server": Access(
        free=(
            "state",
            "whatsapp_gateway_id",
            "whatsapp_partner",
            "whatsapp_template_id",
        )
    ),
    "res.config.settings": Access(create=ADMIN, free=ALL),
    # ------------------------------------------------------------------ wizards
    # Each role fills in its own.
    "whatsapp.composer": Access(
        create=GATEWAY | {FOREIGN},
        free=ALL,
        methods={
            "action_send_whatsapp": SALES,
            "action_view_whatsapp": SALES,
            "onchange_gateway_id": GATEWAY | {FOREIGN},
            "onchange_template_id": GATEWAY | {FOREIGN},
        },
    ),
    # Lines of a wizard, which its own user fills in.
    "whatsapp.composer.value": Access(create=INTERNAL, free=ALL),
    "whatsapp.erase.person": Access(
        create=DIRECTORS | {FOREIGN},
        free=ALL,
        methods={"action_erase": DIRECTORS},
    ),
    "whatsapp.role.proposal": Access(
        create=ADMIN, free=ALL, methods={"action_apply": ADMIN}
    ),
    "whatsapp.role.proposal.line": Access(create=ADMIN, free=ALL),
    "mail.guest.manage": Access(
        create=INTERNAL,
        free=ALL,
        methods={"create_partner": IN_CHARGE, "merge_partner": IN_CHARGE},
    ),
    # OCA's wizard reads the list of models, which administrators may; this one does
    # not sell.
    "mail.message.gateway.link": Access(
        create=ADMIN, free=ALL, methods={"link_message": NOBODY}
    ),
    "mail.message.gateway.send": Access(
        create=INTERNAL, free=ALL, methods={"send": IN_CHARGE}
    ),
    # Odoo's; what it may do with customers is in test_access_ways.py.
    "base.partner.merge.automatic.wizard": Access(),
    "utm.source": Access(),
    "ir.cron": Access(),
}
