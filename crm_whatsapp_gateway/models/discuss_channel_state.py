"""Whose turn it is in a conversation: a stored state, moved by what happens.

Time alone closes windows; that is one statement for all conversations, run by a
scheduled action that is woken when the next window ends.
"""

from datetime import timedelta

from odoo import api, fields, models

from ..tools import const
from .memory import remembered

US = "us"
CUSTOMER = "customer"
EXPIRED = "expired"
FAILED = "failed"
CLOSED = "closed"
STATES = [
    (US, "Waiting for us"),
    (CUSTOMER, "Waiting for the customer"),
    (EXPIRED, "Window closed"),
    (FAILED, "Not delivered"),
    (CLOSED, "Closed"),
]

# What each event makes of a state; a state that is not named stays as it is.
# RESTING stands for the state that follows from what is stored about the turns.
RESTING = "resting"
ANY = None
INBOUND, OUTBOUND, FAILURE = "inbound", "outbound", "failure"
RECOVERY, SIGN_OF_LIFE = "recovery", "sign of life"
CLOSING, REOPENING = "closing", "reopening"
MOVES = {
    INBOUND: {ANY: US},
    OUTBOUND: {ANY: CUSTOMER},
    FAILURE: {ANY: FAILED},
    RECOVERY: {FAILED: RESTING},
    # A reaction opens the window again and asks for no answer.
    SIGN_OF_LIFE: {EXPIRED: RESTING},
    CLOSING: {ANY: CLOSED},
    REOPENING: {CLOSED: RESTING},
}
WINDOW = timedelta(seconds=const.WINDOW_SECONDS)
SIGNAL = "crm_whatsapp_gateway.conversation"
WINDOWS_JOB = "ir_cron_windows"
ALARM = "alarm for the next window"

# Turns and counters of conversations without state, from their messages.
FILL = """
    WITH message AS (
        SELECT message.res_id AS channel_id, message.id, message.date,
               EXISTS (SELECT 1 FROM res_users author
                        WHERE author.partner_id = message.author_id
                          AND NOT author.share) AS ours
          FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
          JOIN mail_gateway gateway ON gateway.id = channel.gateway_id
         WHERE message.model = 'discuss.channel'
           AND message.message_type = 'comment'
           AND gateway.gateway_type = 'whatsapp'
           AND channel.whatsapp_state IS NULL
    ), turn AS (
        SELECT channel_id,
               max(date) FILTER (WHERE NOT ours) AS inbound,
               max(date) FILTER (WHERE ours) AS outbound,
               max(id) FILTER (WHERE ours) AS answer
          FROM message GROUP BY channel_id
    ), waiting AS (
        SELECT turn.channel_id, count(*) AS unread
          FROM turn
          JOIN message ON message.channel_id = turn.channel_id
         WHERE NOT message.ours AND message.id > COALESCE(turn.answer, 0)
         GROUP BY turn.channel_id
    ), filled AS (
        SELECT turn.*, COALESCE(waiting.unread, 0) AS unread
          FROM turn LEFT JOIN waiting USING (channel_id)
    )
    UPDATE discuss_channel channel
       SET whatsapp_last_inbound_at = COALESCE(
               channel.whatsapp_last_inbound_at, filled.inbound),
           whatsapp_last_outbound_at = COALESCE(
               channel.whatsapp_last_outbound_at, filled.outbound),
           whatsapp_last_at = GREATEST(filled.inbound, filled.outbound),
           whatsapp_unread = filled.unread,
           whatsapp_state = CASE WHEN filled.unread > 0
                                 THEN 'us' ELSE 'customer' END
      FROM filled WHERE filled.channel_id = channel.id
"""


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    whatsapp_state = fields.Selection(
        STATES,
        string="Conversation",
        readonly=True,
        copy=False,
        group_expand=True,
        help="Window closed: more than 24 hours have passed since the customer last"
        " wrote, and nobody has written since. Only templates can be sent.",
    )

    # ---------------------------------------------------------------- events
    def _whatsapp_move(self, event, vals=None):
        """Bring conversations into the state that follows from an event.

        :param event: a key of :data:`MOVES`
        :param vals: values written along
        """
        moves = MOVES[event]
        for channel in self.sudo():
            channel.write(dict(vals or {}))
            known = channel.whatsapp_state
            state = moves.get(known, moves.get(ANY, known))
            if state == RESTING:
                state = channel._whatsapp_resting_state()
            if state != known:
                channel.whatsapp_state = state
        self._whatsapp_signal()

    def _whatsapp_resting_state(self):
        """State that the stored turns give, whatever happened in between."""
        self.ensure_one()
        inbound = self.whatsapp_last_inbound_at
        end = inbound and inbound + WINDOW
        outbound = self.whatsapp_last_outbound_at
        written_since = end and outbound and outbound >= end
        if end and end <= fields.Datetime.now() and not written_since:
            return EXPIRED
        return US if self.whatsapp_unread else CUSTOMER

    def _whatsapp_latest(self):
        """Conversation in which somebody wrote last."""
        return self.sorted(lambda one: str(one.whatsapp_last_at or ""))[-1:]

    def _whatsapp_signal(self):
        """Tell browsers that look at these conversations to read them again.

        Without content: each reads what its user may see.
        """
        for channel in self.sudo():
            channel._bus_send(SIGNAL, {"channel_id": channel.id})

    # --------------------------------------------------------------- buttons
    def action_whatsapp_close(self):
        """Button: nothing more to say until the customer writes again."""
        self.check_access("read")
        self._whatsapp_move(CLOSING, {"whatsapp_unread": 0})

    def action_whatsapp_reopen(self):
        """Button: closed by mistake."""
        self.check_access("read")
        self._whatsapp_move(REOPENING)

    # ------------------------------------------------------------------ time
    def _whatsapp_wake_at_window_end(self):
        """See to it that somebody looks when this window ends.

        There is one alarm at a time, for the next window that ends: each run sets
        the following one. A trigger per message would be a row per message.
        """
        self.ensure_one()
        cron = self.env["ir.cron"]._whatsapp_job(WINDOWS_JOB, 1)
        if not cron or not self.whatsapp_last_inbound_at:
            return
        # What comes in together needs the alarm once.
        known = remembered(self.env, ALARM)
        if known:
            return
        if known is not None:
            known[cron.id] = True
        now = fields.Datetime.now()
        at = self.whatsapp_last_inbound_at + WINDOW
        self.env.cr.execute(
            """
            SELECT 1 FROM ir_cron_trigger
             WHERE cron_id = %s AND call_at > %s AND call_at <= %s LIMIT 1
            """,
            (cron.id, now, at),
        )
        if not self.env.cr.fetchone():
            cron.sudo()._trigger(at=max(at, now))

    @api.model
    def _cron_whatsapp_windows(self):
        """Close the windows that have ended, and wake up for the next one."""
        now = fields.Datetime.now()
        self._whatsapp_expire_windows(now)
        self.env.cr.execute(
            """
            SELECT min(whatsapp_last_inbound_at) FROM discuss_channel
             WHERE whatsapp_state IN ('us', 'customer')
               AND whatsapp_last_inbound_at > %s
            """,
            (now - WINDOW,),
        )
        following = self.env.cr.fetchone()[0]
        if following:
            cron = self.env.ref("crm_whatsapp_gateway.ir_cron_windows")
            cron.sudo()._trigger(at=following + WINDOW)

    @api.model
    def _whatsapp_expire_windows(self, now):
        """Move every conversation whose window has ended, in one statement.

        A template that was sent after the end leaves it waiting for the customer.

        :param now: UTC, naive
        :return: the conversations that were moved
        """
        self.env["discuss.channel"].flush_model(
            [
                "whatsapp_state",
                "whatsapp_last_inbound_at",
                "whatsapp_last_outbound_at",
            ]
        )
        self.env.cr.execute(
            """
            UPDATE discuss_channel
               SET whatsapp_state = 'expired'
             WHERE whatsapp_state IN ('us', 'customer')
               AND whatsapp_last_inbound_at <= %(limit)s
               AND (whatsapp_last_outbound_at IS NULL
                    OR whatsapp_last_outbound_at
                       < whatsapp_last_inbound_at + %(window)s)
            RETURNING id
            """,
            {"limit": now - WINDOW, "window": WINDOW},
        )
        moved = self.browse([row[0] for row in self.env.cr.fetchall()])
        moved.invalidate_recordset(["whatsapp_state"])
        moved._whatsapp_signal()
        return moved

    @api.model
    def _whatsapp_fill_states(self):
        """Conversations that have no state yet get turns, counters and state.

        For those that were there before this module, and for imported ones: one
        statement for all, from who wrote last.

        :return: number of conversations that were filled
        """
        self.env.flush_all()
        self.env.cr.execute(FILL)
        count = self.env.cr.rowcount
        self.env["discuss.channel"].invalidate_model()
        self._whatsapp_expire_windows(fields.Datetime.now())
        return count
