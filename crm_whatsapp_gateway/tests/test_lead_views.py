from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import WhatsappCase

STATES = ("us", "customer", "expired", "failed", "closed")
SEARCHES = ("leads", "opportunities")


@tagged("post_install", "-at_install")
class TestLeadViews(WhatsappCase):
    """A14: the lead counts its messages, and is found by its conversation."""

    def _filters(self, kind):
        """Domain of each filter of a search of leads, by its name."""
        view = self.env.ref(f"crm.view_crm_case_{kind}_filter")
        arch = etree.fromstring(self.env["crm.lead"].get_view(view.id)["arch"])
        return {
            node.get("name"): safe_eval(node.get("domain"), {"uid": self.env.uid})
            for node in arch.iter("filter")
            if "whatsapp" in (node.get("name") or "")
        }

    def test_a_lead_counts_the_messages_of_both_sides(self):
        now = str(int(fields.Datetime.now().timestamp()))
        channel = self.receive(self._message(timestamp=now))
        self.receive(self._message(text="otra", timestamp=now))
        adviser = channel.lead_id.user_id
        channel.with_user(adviser).message_post(
            body="Buenos días", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        channel._whatsapp_post_note("A line of ours is no message")
        self.env.invalidate_all()

        self.assertEqual(channel.lead_id.with_user(adviser).whatsapp_message_count, 3)
        self.assertEqual(
            channel.lead_id.with_user(adviser).action_whatsapp_chat()["tag"],
            "mail.action_discuss",
        )

    def test_each_filter_finds_its_leads(self):
        without = self.env["crm.lead"].create({"name": "Without"})
        leads = {}
        for number, state in enumerate(STATES):
            channel = self.receive(self._message(f"57301234567{number}"))
            channel.whatsapp_state = state
            leads[state] = channel.lead_id
        known = without.union(*leads.values())
        expected = {f"whatsapp_{state}": lead for state, lead in leads.items()}
        expected["with_whatsapp"] = known - without

        for kind in SEARCHES:
            for name, domain in self._filters(kind).items():
                with self.subTest(kind=kind, name=name):
                    found = known.search([("id", "in", known.ids), *domain])
                    self.assertEqual(found, expected[name].sorted("id", reverse=True))
            self.assertEqual(set(self._filters(kind)), set(expected))
