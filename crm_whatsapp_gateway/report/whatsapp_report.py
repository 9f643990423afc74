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
            WITH message AS (
                SELECT message.id, message.date, channel.id AS channel_id,
                       channel.gateway_id, gateway.company_id, channel.lead_id,
                       author.id AS user_id,
                       author.id IS NOT NULL AS ours
                  FROM mail_message message
                  JOIN discuss_channel channel ON channel.id = message.res_id
                  JOIN mail_gateway gateway ON gateway.id = channel.gateway_id
             LEFT JOIN LATERAL (
                       SELECT min(users.id) AS id FROM res_users users
                        WHERE users.partner_id = message.author_id
                          AND NOT users.share) author ON true
                 WHERE message.model = 'discuss.channel'
                   AND message.message_type = 'comment'
                   AND gateway.gateway_type = 'whatsapp'
            ), turn AS (
                -- A turn changes hands when the other side writes.
                SELECT *, sum(changed) OVER (
                           PARTITION BY channel_id ORDER BY id) AS number
                  FROM (SELECT *, CASE WHEN ours IS DISTINCT FROM lag(ours) OVER (
                               PARTITION BY channel_id ORDER BY id)
                               THEN 1 ELSE 0 END AS changed
                          FROM message) marked
            ), begun AS (
                SELECT channel_id, number, min(id) AS id, min(date) AS date
                  FROM turn GROUP BY channel_id, number
            )
            SELECT turn.id, turn.date, turn.channel_id, turn.gateway_id,
                   turn.company_id, turn.lead_id, lead.team_id,
                   lead.user_id AS adviser_id, turn.user_id,
                   CASE WHEN turn.ours THEN 'out' ELSE 'in' END AS direction,
                   1 AS messages,
                   CASE WHEN turn.ours AND answer.id = turn.id THEN
                        EXTRACT(epoch FROM turn.date - asked.date) / 60.0
                   END AS response_minutes
              FROM turn
              JOIN begun answer ON answer.channel_id = turn.channel_id
                   AND answer.number = turn.number
         LEFT JOIN begun asked ON asked.channel_id = turn.channel_id
                   AND asked.number = turn.number - 1
         LEFT JOIN crm_lead lead ON lead.id = turn.lead_id
            """
        )
