-- A database of a busy year: channels, ten messages in each, and all that the addon
-- keeps about them. Parameters: channels, gateway, company, stage, team, source,
-- users (advisers), partners (of the same), subtype, uid.
-- Ids of a kind are a base and the number of the channel, so that rows find each other.

CREATE TEMP TABLE base AS SELECT
    (SELECT COALESCE(max(id), 0) + 1000 FROM discuss_channel) AS channel,
    (SELECT COALESCE(max(id), 0) + 1000 FROM crm_lead) AS lead,
    (SELECT COALESCE(max(id), 0) + 1000 FROM mail_guest) AS guest,
    (SELECT COALESCE(max(id), 0) + 1000 FROM mail_message) AS message,
    (SELECT COALESCE(max(id), 0) + 1000 FROM res_partner) AS partner,
    (SELECT COALESCE(max(id), 0) + 1000 FROM whatsapp_message_queue) AS queue,
    now() AT TIME ZONE 'utc' AS now;

-- One row per conversation: who, when it began (the newest a minute ago). Advisers go
-- by i, states by j: an adviser has conversations in every state.
CREATE TEMP TABLE person AS
SELECT i, i / cardinality(%(users)s::int[]) AS j, '57' || (3000000000 + i) AS token,
       base.now - (%(channels)s - i) * interval '365 days' / %(channels)s
           - interval '12 hours' * (i %% 7 = 0)::int - interval '1 minute' AS began,
       (%(users)s::int[])[1 + i %% cardinality(%(users)s::int[])] AS user_id,
       (%(partners)s::int[])[1 + i %% cardinality(%(users)s::int[])] AS partner_id,
       base.channel + i AS channel_id, base.lead + i AS lead_id,
       base.guest + i AS guest_id
  FROM base, generate_series(1, %(channels)s) i;

-- One row per message of a conversation; each third one is ours.
CREATE TEMP TABLE said AS
SELECT person.*, k, k %% 3 = 0 AS ours,
       began + (k - 1) * interval '7 minutes' * (1 + i %% 5) - interval '6 hours' AS at,
       base.message + ((i - 1) * 10 + k) * 2 AS message_id,
       base.queue + (i - 1) * 3 + k / 3 AS queue_id,
       'wamid.BENCH' || lpad(i::text, 9, '0') || k AS wamid
  FROM base, person, generate_series(1, 10) k;

INSERT INTO mail_guest (id, name, access_token, gateway_id, gateway_token)
SELECT guest_id, 'Cliente ' || i, md5(token), %(gateway)s, token FROM person;

-- An address book: contacts with a number, most of whom never wrote.
INSERT INTO res_partner (id, name, complete_name, phone, phone_sanitized, active, type,
                         commercial_partner_id, partner_share)
SELECT base.partner + i, 'Contacto ' || i, 'Contacto ' || i, '+57' || (3100000000 + i),
       '+57' || (3100000000 + i), true, 'contact', base.partner + i, true
  FROM base, generate_series(1, %(channels)s / 2) i;

INSERT INTO crm_lead (id, name, type, active, user_id, team_id, company_id, stage_id,
                      source_id, phone, phone_sanitized, contact_name, priority,
                      gateway_channel_id, whatsapp_source_locked, create_date,
                      write_date, create_uid, write_uid)
SELECT lead_id, 'Cliente ' || i, CASE WHEN j %% 3 = 0 THEN 'opportunity' ELSE 'lead' END,
       j %% 5 <> 0, CASE WHEN i %% 997 = 0 THEN NULL ELSE user_id END, %(team)s,
       %(company)s, %(stage)s, %(source)s, '+' || token, '+' || token, 'Cliente ' || i,
       '0', channel_id, true, began, began, %(uid)s, %(uid)s
  FROM person;

INSERT INTO discuss_channel (id, name, channel_type, uuid, active, gateway_id,
                             gateway_channel_token, company_id, lead_id,
                             whatsapp_last_inbound_at, whatsapp_last_outbound_at,
                             whatsapp_last_at, whatsapp_unread, whatsapp_state,
                             last_interest_dt, create_date,
                             write_date, create_uid, write_uid)
SELECT channel_id, 'Cliente ' || i, 'gateway', 'bench-' || i, true, %(gateway)s, token,
       %(company)s, lead_id, turn.inbound, turn.outbound,
       GREATEST(turn.inbound, turn.outbound), j %% 4,
       CASE WHEN j %% 500 = 0 THEN 'failed' WHEN j %% 3 = 0 THEN 'closed'
            WHEN turn.inbound < base.now - interval '24 hours' THEN 'expired'
            WHEN j %% 4 > 0 THEN 'us' ELSE 'customer' END,
       turn.inbound, began, began, %(uid)s, %(uid)s
  FROM base, person
  JOIN (SELECT channel_id, max(at) FILTER (WHERE NOT ours) AS inbound,
               max(at) FILTER (WHERE ours) AS outbound
          FROM said GROUP BY channel_id) turn USING (channel_id);

INSERT INTO discuss_channel_member (channel_id, partner_id, guest_id, create_date,
                                    last_interest_dt, unpin_dt, new_message_separator)
SELECT channel_id, partner_id, NULL::int, began, began, NULL::timestamp, 0 FROM person
UNION ALL SELECT channel_id, NULL, guest_id, began, began, NULL, 0 FROM person;

INSERT INTO mail_message (id, model, res_id, message_type, subtype_id, author_id,
                          author_guest_id, body, date, message_id, gateway_type,
                          gateway_channel_id, gateway_message_id, whatsapp_wamid,
                          create_date, write_date, create_uid, write_uid)
SELECT message_id, 'discuss.channel', channel_id, 'comment', %(subtype)s,
       CASE WHEN ours THEN partner_id END, CASE WHEN NOT ours THEN guest_id END,
       '<p>Mensaje ' || k || ' de la conversación ' || i || '</p>', at,
       '<bench.' || message_id || '@example>', 'whatsapp',
       CASE WHEN ours THEN NULL::int END, message_id + 1,
       CASE WHEN NOT ours THEN wamid END, at, at, %(uid)s, %(uid)s
  FROM said;

-- The same in the chatter of the lead.
INSERT INTO mail_message (id, model, res_id, message_type, subtype_id, author_id,
                          author_guest_id, body, date, message_id, gateway_type,
                          create_date, write_date, create_uid, write_uid)
SELECT message_id + 1, 'crm.lead', lead_id, 'comment', %(subtype)s,
       CASE WHEN ours THEN partner_id END, CASE WHEN NOT ours THEN guest_id END,
       '<p>Mensaje ' || k || ' de la conversación ' || i || '</p>', at,
       '<bench.' || message_id + 1 || '@example>', 'whatsapp', at, at, %(uid)s, %(uid)s
  FROM said;

INSERT INTO mail_notification (mail_message_id, notification_type, notification_status,
                               is_read, gateway_channel_id, gateway_message_id,
                               gateway_type, whatsapp_state, whatsapp_sent_at)
SELECT message_id + mirror, 'gateway', 'sent', true, channel_id, wamid, 'whatsapp',
       'read', at
  FROM said, generate_series(0, 1) mirror WHERE ours;

INSERT INTO whatsapp_message_queue (id, gateway_id, company_id, channel_id, message_id,
                                    recipient, kind, sequence, payload, callback_data,
                                    wamid, state, retry_count, max_retries, queued_at,
                                    failed_at, whatsapp_state, sent_at, create_date,
                                    write_date, create_uid, write_uid)
SELECT queue_id, %(gateway)s, %(company)s, channel_id, message_id, token, 'text', 1,
       '{"type": "text", "text": {"body": "Con gusto"}}', md5(queue_id::text),
       CASE WHEN how.state = 'success' THEN wamid END, how.state, 0, 3, at,
       CASE WHEN how.state IN ('failed', 'uncertain') THEN at END,
       CASE how.state WHEN 'success' THEN 'read' WHEN 'failed' THEN 'failed'
            ELSE 'queued' END, at, at, at, %(uid)s, %(uid)s
  FROM said, LATERAL (SELECT CASE
        WHEN k < 9 OR i %% 200 > 0 THEN 'success'
        WHEN i > %(channels)s * 0.9 AND i %% 1000 = 0 THEN 'pending'
        WHEN i > %(channels)s * 0.9 AND i %% 1000 = 200 THEN 'uncertain'
        ELSE 'failed' END AS state) how
 WHERE ours;

INSERT INTO whatsapp_message_queue_attempt (queue_id, date, step, outcome, http_status,
                                            wamid, create_date)
SELECT queue_id, at, 'message', 'accepted', 200, wamid, at FROM said WHERE ours;

INSERT INTO whatsapp_webhook_event (gateway_id, company_id, kind, external_id, status,
                                    person, conversation_key, phone_number_id, payload, state, attempts,
                                    processed_at, message_id, create_date, write_date)
SELECT %(gateway)s, %(company)s, 'message', wamid, '', token, token, '100000000000001',
       CASE WHEN at > base.now - interval '30 days'
            THEN jsonb_build_object('from', token, 'id', wamid) END,
       'done', 0, at, message_id, at, at
  FROM base, said WHERE NOT ours
UNION ALL
SELECT %(gateway)s, %(company)s, 'status', wamid, status, token, token, '100000000000001',
       CASE WHEN at > base.now - interval '30 days'
            THEN jsonb_build_object('id', wamid, 'status', status) END,
       'done', 0, at, NULL, at, at
  FROM base, said, unnest(ARRAY['sent', 'delivered', 'read']) status WHERE ours;

-- What has just come in, and what went wrong.
INSERT INTO whatsapp_webhook_event (gateway_id, company_id, kind, external_id, status,
                                    person, conversation_key, phone_number_id, payload, state, attempts,
                                    create_date)
SELECT %(gateway)s, %(company)s, 'message', 'wamid.NEW' || i, '', token, token,
       '100000000000001', '{}', CASE WHEN i %% 3 = 0 THEN 'failed' ELSE 'pending' END, 0,
       base.now
  FROM base, person WHERE i %% 400 = 1;

INSERT INTO whatsapp_number (number, lead_id, partner_id)
SELECT token, lead_id, NULL::int FROM person
UNION ALL
SELECT '57' || (3100000000 + i), NULL, base.partner + i
  FROM base, generate_series(1, %(channels)s / 2) i;

INSERT INTO whatsapp_assignment_log (lead_id, gateway_id, company_id, user_id,
                                     explanation, create_date)
SELECT lead_id, %(gateway)s, %(company)s, user_id, 'Asesor: había esperado más', began
  FROM person;

INSERT INTO whatsapp_media (message_id, channel_id, kind, file_name, media_id, state,
                            attempts, next_try, create_date)
SELECT message_id, channel_id, 'image', 'foto.jpg', 'bench' || message_id,
       CASE WHEN i > %(channels)s - 10 THEN 'pending' ELSE 'done' END, 0,
       CASE WHEN i > %(channels)s - 10 THEN at END, at
  FROM said WHERE k = 2 AND i %% 2 = 0;

SELECT setval(pg_get_serial_sequence(name, 'id'), id)
  FROM (SELECT 'discuss_channel' AS name, (SELECT max(id) AS id FROM discuss_channel)
               AS id
        UNION ALL SELECT 'crm_lead', (SELECT max(id) FROM crm_lead)
        UNION ALL SELECT 'mail_guest', (SELECT max(id) FROM mail_guest)
        UNION ALL SELECT 'mail_message', (SELECT max(id) FROM mail_message)
        UNION ALL SELECT 'res_partner', (SELECT max(id) FROM res_partner)
        UNION ALL SELECT 'whatsapp_message_queue',
                         (SELECT max(id) FROM whatsapp_message_queue)) top;
