"""What becomes of each legacy row: the one place that decides, for plan and run.

`prepare` fills temporary tables; the plan counts them, the run joins them. Both so
agree by construction. Temporary tables live as long as the connection (a runner
prepares again on each new connection, after its step "gateways").

Tables::

    wamig_gateway   one row per (source, id) that legacy rows name
        source text         'whatsapp_gateway' | 'mail_gateway'
        id int              id in that table
        gateway_id int      mail_gateway it becomes; NULL: still to be made
        action text         create | map | skip | keep (is a mail_gateway) | open
    wamig_phone     one row per distinct raw phone
        raw text, wa_id text, key text, reason text
    wamig_message   one row per whatsapp_message
        id int
        state text          moved | existing | skipped | rejected
        reason text         code of reasons.py, '' when moved
        gateway int         mail_gateway id; minus the whatsapp_gateway id while
                            that gateway is still to be made
        key text            the person
        at timestamp        when it happened (order of a conversation: at, id)
        twin_id int         mail_message that already holds it, for 'existing'
        ledger boolean      accounted by an earlier run
    wamig_person    one row per (gateway, key) with messages to move
        gateway int, key text
        wa_id text          what the conversation's token shall be
        channel_id int      OCA's channel of that person, when there is one
        live boolean        that channel has messages of its own: history goes to a
                            channel of its own (RULINGS 41)
        partner_id int, lead_id int   of the latest message that has one
    wamig_stray     one row per stray channel of generation 2
        channel_id int, gateway int, key text, wa_id text, reason text
"""
