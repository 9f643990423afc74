-- a copied database can neither send nor receive
UPDATE mail_gateway
   SET token = 'neutralized-' || id,
       webhook_key = NULL,
       webhook_secret = NULL,
       whatsapp_security_key = NULL,
       integrated_webhook_state = NULL
 WHERE gateway_type = 'whatsapp';
-- nothing of the queue leaves
UPDATE whatsapp_message_queue
   SET state = 'cancelled'
 WHERE state IN ('pending', 'processing', 'uncertain');
-- nor at once, when somebody writes
DELETE FROM ir_config_parameter
 WHERE key IN (
    'crm_whatsapp_gateway.inbound_mode', 'crm_whatsapp_gateway.outbound_mode'
);
-- nothing works on it
UPDATE ir_cron
   SET active = false
 WHERE id IN (
    SELECT res_id FROM ir_model_data
     WHERE module = 'crm_whatsapp_gateway' AND model = 'ir.cron'
);
