-- a rehearsal on a copy works like the real thing: it sends nothing by itself, and
-- Odoo has just switched every scheduled action off
UPDATE ir_cron
   SET active = true
 WHERE id IN (
    SELECT res_id FROM ir_model_data
     WHERE module = 'crm_whatsapp_migration' AND name = 'ir_cron_migration'
);
