ALTER TABLE whatsapp_message
    ADD CONSTRAINT whatsapp_message_gateway_id_fkey
    FOREIGN KEY (gateway_id) REFERENCES mail_gateway ON DELETE RESTRICT;
