-- The tables of crm_import_leads as Odoo 18.0 makes them, the messages' gateway aside:
-- that is what the generations differ in. test_fixtures.py compares these files with
-- what Odoo makes of the stand-in in addons/.
CREATE TABLE whatsapp_gateway (
    id serial PRIMARY KEY,
    create_uid integer REFERENCES res_users ON DELETE SET NULL,
    write_uid integer REFERENCES res_users ON DELETE SET NULL,
    name varchar NOT NULL,
    provider varchar NOT NULL,
    api_url varchar NOT NULL,
    api_key varchar,
    api_secret varchar,
    phone_number varchar,
    active boolean,
    create_date timestamp,
    write_date timestamp
);
CREATE TABLE whatsapp_template (
    id serial PRIMARY KEY,
    create_uid integer REFERENCES res_users ON DELETE SET NULL,
    write_uid integer REFERENCES res_users ON DELETE SET NULL,
    name varchar NOT NULL,
    code varchar CONSTRAINT whatsapp_template_code_unique UNIQUE,
    template_type varchar,
    message text NOT NULL,
    active boolean,
    create_date timestamp,
    write_date timestamp
);
CREATE TABLE whatsapp_message (
    id serial PRIMARY KEY,
    lead_id integer REFERENCES crm_lead ON DELETE CASCADE,
    partner_id integer REFERENCES res_partner ON DELETE SET NULL,
    template_id integer REFERENCES whatsapp_template ON DELETE SET NULL,
    gateway_id integer NOT NULL,
    create_uid integer REFERENCES res_users ON DELETE SET NULL,
    write_uid integer REFERENCES res_users ON DELETE SET NULL,
    name varchar NOT NULL,
    phone varchar NOT NULL,
    direction varchar,
    state varchar,
    external_id varchar,
    message text NOT NULL,
    error_message text,
    sent_date timestamp,
    delivered_date timestamp,
    read_date timestamp,
    create_date timestamp,
    write_date timestamp
);
ALTER TABLE hr_employee
    ADD COLUMN IF NOT EXISTS rol_comercial varchar,
    ADD COLUMN IF NOT EXISTS is_commercial_team boolean;
ALTER TABLE res_users
    ADD COLUMN IF NOT EXISTS is_commercial_director boolean;
