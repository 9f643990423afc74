ALTER TABLE whatsapp_message
    ADD CONSTRAINT whatsapp_message_gateway_id_fkey
    FOREIGN KEY (gateway_id) REFERENCES whatsapp_gateway ON DELETE RESTRICT;
