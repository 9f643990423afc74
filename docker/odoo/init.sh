#!/bin/bash
# Installs the addon into a new database and makes the lab's company and people.
# What is there already is left as it is, so this may run at every start.
# A service of its own: a failed installation is seen as one, and a restart of Odoo
# installs nothing.
set -euo pipefail

module=crm_whatsapp_gateway
language=es_CO
lab=${LAB_HOME:-/opt/whatsapp}
export PGHOST=$HOST PGUSER=$USER PGPASSWORD=$PASSWORD
server=(--database "$ODOO_DB" --db_host "$HOST" --db_user "$USER"
    --db_password "$PASSWORD" --no-http)

# A first word of the answer; empty where database or table is not there yet.
ask() {
    psql --no-psqlrc --tuples-only --no-align --dbname "$ODOO_DB" --command "$1" \
        2>/dev/null || true
}

install() {
    odoo "${server[@]}" --init "$1" --without-demo all --workers 0 \
        --max-cron-threads 0 --stop-after-init "${@:2}"
}

if [[ $(ask "SELECT 1 FROM ir_module_module
        WHERE name = '$module' AND state = 'installed'") != 1 ]]; then
    echo "installing $module into $ODOO_DB; this takes some minutes, once"
    # Odoo 18.0 stumbles when a second Spanish is loaded while `base` is being made.
    install base
    install "$module" --load-language "$language"
fi
# Odoo ends with 0 also when it skipped a module.
if [[ $(ask "SELECT state FROM ir_module_module WHERE name = '$module'") != installed ]]; then
    echo "Odoo did not install $module; the reason is in the lines above" >&2
    exit 1
fi

if [[ $(ask "SELECT 1 FROM res_users WHERE login = 'director'") != 1 ]]; then
    echo "making the lab's company and people"
    WA_LAB_SEED=$(cd "$lab" && python3 docker/odoo/plan.py)
    export WA_LAB_SEED
    odoo shell "${server[@]}" < "$lab/lab/seed.py"
fi
echo "$ODOO_DB is ready"
