from odoo import fields, models, tools


class WhatsappReport(models.Model):
    """One row per message of a conversation; an answer knows how long it took."""

    _name = "whatsapp.report"
    _description = "WhatsApp Messages Analysis"
    _auto = False
    _rec_name = "date"
    _order = "date desc"

    date = fields.Datetime(readonly=True)
    gateway_id = fields.Many2one("mail.gateway", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    channel_id = fields.Many2one("discuss.channel", "Conversation", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    adviser_id = fields.Many2one("res.users", "Lead's Adviser", readonly=True)
    user_id = fields.Many2one("res.users", "Written by", readonly=True)
    direction = fields.Selection(
        [("in", "Customer"), ("out", "Company")], readonly=True
    )
    messages = fields.Integer(readonly=True)
    response_minutes = fields.Float(
        "Minutes to Answer",
        readonly=True,
        aggregator="avg",
        help="From the first message of the customer that waited to our answer.",
    )

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            """
            CREATE VIEW whatsapp_report AS
            -- No window over all messages: a month is read without the years before.
            WITH staff AS (
                SELECT partner_id, min(id) AS user_id FROM res_users
                 WHERE NOT share GROUP BY partner_id
            )
            SELECT message.id, message.date, channel.id AS channel_id,
                   channel.gateway_id, gateway.company_id, channel.lead_id,
                   lead.team_id, lead.user_id AS adviser_id, staff.user_id,
                   CASE WHEN staff.user_id IS NULL THEN 'in' ELSE 'out' END
                       AS direction,
                   1 AS messages,
                   -- From the first message since our last one; none came in between
                   -- when this one is not the first of our turn.
                   CASE WHEN staff.user_id IS NOT NULL THEN
                        EXTRACT(epoch FROM message.date - (
                            SELECT min(asked.date) FROM mail_message asked
                             WHERE asked.model = 'discuss.channel'
                               AND asked.res_id = channel.id
                               AND asked.message_type = 'comment'
                               AND asked.id < message.id
                               AND asked.id > COALESCE((
                                   SELECT own.id FROM mail_message own
                                    WHERE own.model = 'discuss.channel'
                                      AND own.res_id = channel.id
                                      AND own.message_type = 'comment'
                                      AND own.id < message.id
                                      AND own.author_id IN (
                                          SELECT partner_id FROM staff)
                                    ORDER BY own.id DESC LIMIT 1), 0)
                        )) / 60.0
                   END AS response_minutes
              FROM mail_message message
              JOIN discuss_channel channel ON channel.id = message.res_id
              JOIN mail_gateway gateway ON gateway.id = channel.gateway_id
         LEFT JOIN staff ON staff.partner_id = message.author_id
         LEFT JOIN crm_lead lead ON lead.id = channel.lead_id
             WHERE message.model = 'discuss.channel'
               AND message.message_type = 'comment'
               AND gateway.gateway_type = 'whatsapp'
            """
        )
