"""Old tables inside a test's transaction, and a worker that stays in it.

What needs connections of its own (a whole run, a kill, a rollback) is tested on real
databases by tests/migration of the repository.
"""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user

ADVISER = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_adviser"
DIRECTOR = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_director"
TABLES = """
    CREATE TABLE whatsapp_gateway (
        id serial PRIMARY KEY, name varchar, provider varchar, api_url varchar,
        api_key varchar, api_secret varchar, phone_number varchar,
        active boolean DEFAULT true, create_date timestamp DEFAULT now());
    CREATE TABLE whatsapp_template (
        id serial PRIMARY KEY, name varchar, code varchar, message text,
        template_type varchar, active boolean DEFAULT true,
        create_date timestamp DEFAULT now());
    CREATE TABLE whatsapp_message (
        id serial PRIMARY KEY, name varchar, lead_id integer, partner_id integer,
        phone varchar, message text, direction varchar, state varchar,
        template_id integer, gateway_id integer REFERENCES whatsapp_gateway,
        external_id varchar, error_message text, sent_date timestamp,
        delivered_date timestamp, read_date timestamp, create_uid integer,
        create_date timestamp DEFAULT now(), write_uid integer,
        write_date timestamp DEFAULT now())
"""


class BorrowedConnection:
    """The test's own cursor, as the engine wants a connection.

    What the engine does is taken back at the end: a plan sets its transaction to read
    only, and the test goes on.
    """

    def __init__(self, cr):
        self._cr = cr
        self._point = cr.savepoint(flush=True)
        self._point.__enter__()

    @contextmanager
    def cursor(self):
        yield self._cr

    def close(self):
        self._point.rollback()
        self._point.close(rollback=False)


class MigrationCase(HttpCase):
    """A database with an old history: two gateways, one template, five messages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.user_admin").lang = "en_US"
        cls.env = cls.env(
            user=cls.env.ref("base.user_admin"), context={"lang": "en_US"}
        )
        cls.Run = cls.env["whatsapp.migration.run"]
        cls.Item = cls.env["whatsapp.migration.item"]
        cls.cron = cls.env.ref("crm_whatsapp_migration.ir_cron_migration")
        cls.adviser = new_test_user(cls.env, "mig_adviser", groups=ADVISER)
        cls.director = new_test_user(cls.env, "mig_director", groups=DIRECTOR)
        cls.today = cls.env["mail.gateway"].create(
            {
                "name": "Today's line",
                "gateway_type": "whatsapp",
                "token": "token-of-today",
                "whatsapp_from_phone": "100000000000077",
                "webhook_key": "key-of-today",
            }
        )

    @classmethod
    def make_tables(cls):
        cls.env.cr.execute(TABLES)
        cls.env.cr.execute(
            """
            INSERT INTO whatsapp_gateway (id, name, provider, api_url, api_key)
            VALUES (1, 'Cloud line', 'whatsapp_business',
                    'https://graph.facebook.com/v17.0/100000000000011/messages', 'k1'),
                   (2, 'Old Twilio', 'twilio', 'https://api.twilio.com/x', 'k2');
            INSERT INTO whatsapp_template (id, name, message, template_type)
            VALUES (1, 'Welcome', 'Hola {{name}}', 'welcome'),
                   (2, 'Reminder', 'Recuerde', 'reminder');
            INSERT INTO whatsapp_message
                   (id, name, phone, message, direction, state, gateway_id, sent_date)
            VALUES (1, 'a', '3012345678', 'Hola', 'outgoing', 'read', 1, now()),
                   (2, 'b', '+57 301 234 5678', 'Buenas', 'incoming', 'read', 1, now()),
                   (3, 'c', 'sin número', '<b>?</b>', 'outgoing', 'sent', 1, now()),
                   (4, 'd', '3012345679', 'De Twilio', 'outgoing', 'sent', 2, now()),
                   (5, 'e', '3012345670', 'Borrador', 'outgoing', 'draft', 1, NULL);
            SELECT setval('whatsapp_message_id_seq', 5)
            """
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(
                type(self.Run),
                "_connect",
                lambda run: BorrowedConnection(run.env.cr),
            )
        )

    # ---------------------------------------------------------------- doing
    def turn(self):
        """One turn of the scheduled action."""
        self.env.flush_all()
        self.Run.with_user(self.env.ref("base.user_root"))._cron_work()
        self.env.invalidate_all()

    def planned_run(self, **vals):
        """A run whose database was looked at."""
        run = self.Run.create(vals)
        run.action_plan()
        self.turn()
        return run

    def question(self, run, *path):
        return run.question_ids.filtered(lambda question: tuple(question.path) == path)

    def answer(self, question, value):
        question._take(value)

    def item(self, **vals):
        """A line of the ledger, as the engine writes it."""
        run = self.Run.search([("kind", "=", "run")], limit=1) or self.Run.create({})
        made = self.Item.sudo().create(
            {
                "run_id": run.id,
                "source_table": "whatsapp_message",
                "source_id": 3,
                "state": "rejected",
                "reason": "phone_letters",
                **vals,
            }
        )
        return made.sudo(False)
