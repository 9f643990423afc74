"""What there is: series, tables, modules, generations. Reads catalogues only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .addons_path import ModuleCopy
from .old_columns import OPTIONAL

LEGACY_MODULE = "crm_import_leads"
# Tables that hold what is migrated, and the ones a plan looks into besides.
LEGACY_TABLES = ("whatsapp_gateway", "whatsapp_template", "whatsapp_message")
TARGET_TABLES = (
    "mail_gateway",
    "mail_whatsapp_template",
    "discuss_channel",
    "mail_message",
    "mail_notification",
    "mail_guest",
    "res_partner_gateway_channel",
    "discuss_channel_member",
)
OWN_TABLES = (
    "whatsapp_migration_run",
    "whatsapp_migration_item",
    "whatsapp_migration_effect",
)
OTHER_TABLES = (
    "whatsapp_number",
    "whatsapp_composer",
    "whatsapp_message_queue",
    "crm_lead",
    "res_partner",
    "ir_attachment",
    "mail_followers",
    "mail_activity",
)
MODULES = (
    "base",
    LEGACY_MODULE,
    "mail_gateway",
    "mail_gateway_whatsapp",
    "crm_whatsapp_gateway",
    "crm_whatsapp_migration",
)
# States of ir_module_module in which a module's models are loaded or about to be.
_LOADED = ("installed", "to upgrade", "to install", "to remove")

INSTALLED = "installed"
UNINSTALLED = "uninstalled"
ABSENT = "absent"


@dataclass(frozen=True)
class Legacy:
    """What a database holds of the legacy module and of what takes its place.

    :param series: ``18.0`` or ``19.0``, from the version of ``base``
    :param columns: per table that exists, its columns
    :param modules: per module that the database knows, its state
    :param legacy_module: ``installed``, ``uninstalled`` (known, not loaded, maybe
        half removed) or ``absent``
    :param legacy_on_path: whether its files are on the addons path; ``None`` when
        the caller did not say
    :param legacy_files: its files that hold WhatsApp (``leftovers.find_files``);
        ``None`` when the caller did not say
    :param versions: per module that is loaded, its version in the database
    :param copies: modules on the addons path that other repositories hold as well
    :param lacking: (table, column) of the old tables that is taken as empty
    :param gateway_target: table that ``whatsapp_message.gateway_id`` points at by
        its foreign key; ``None`` without one
    """

    series: str
    columns: Mapping[str, frozenset[str]]
    modules: Mapping[str, str]
    legacy_module: str
    legacy_on_path: bool | None
    gateway_target: str | None
    estimates: Mapping[str, int] = field(default_factory=dict)
    legacy_files: Mapping[str, str] | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    copies: Sequence[ModuleCopy] = ()
    lacking: tuple[tuple[str, str], ...] = ()

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether a table exists and has these columns."""
        return table in self.columns and self.columns[table].issuperset(columns)

    def installed(self, module: str) -> bool:
        return self.modules.get(module) in ("installed", "to upgrade", "to remove")

    @property
    def composer_clash(self) -> bool:
        """Both definitions of ``whatsapp.composer`` are loaded, or about to be.

        Odoo merges two models of one name silently; the wizard of either module
        then asks for fields of the other.
        """
        return all(
            self.modules.get(module) in _LOADED
            for module in (LEGACY_MODULE, "mail_gateway_whatsapp")
        )

    @property
    def composer_on_path(self) -> bool:
        """Whether the next start of Odoo loads the old definition, or may."""
        if self.legacy_files is not None:
            return any(
                "whatsapp.composer" in held for held in self.legacy_files.values()
            )
        return self.legacy_on_path is not False

    @property
    def generation(self) -> str:
        """``1`` or ``2``, by where the gateway of a message points; ``?`` unsure."""
        tables = {"whatsapp_gateway": "1", "mail_gateway": "2"}
        return tables.get(self.gateway_target or "", "?")

    @property
    def has_history(self) -> bool:
        return "whatsapp_message" in self.columns


def inspect(
    cr: Any,
    legacy_on_path: bool | None = None,
    legacy_files: Mapping[str, str] | None = None,
    copies: Sequence[ModuleCopy] = (),
) -> Legacy:
    """Look at the database of a cursor; reads only.

    :param legacy_on_path, legacy_files, copies: found by the caller on the addons path
    """
    modules = _modules(cr)
    return Legacy(
        series=_series(cr),
        columns=_columns(cr),
        modules=modules,
        legacy_module=_legacy_state(modules.get(LEGACY_MODULE)),
        legacy_on_path=legacy_on_path,
        gateway_target=_gateway_target(cr),
        estimates=_estimates(cr),
        legacy_files=legacy_files,
        versions=_versions(cr),
        copies=tuple(copies),
        lacking=_lacking(cr),
    )


def _legacy_state(state: str | None) -> str:
    if state in _LOADED:
        return INSTALLED
    return UNINSTALLED if state else ABSENT


def _modules(cr: Any) -> dict[str, str]:
    cr.execute("SELECT name, state FROM ir_module_module WHERE name IN %s", (MODULES,))
    return dict(cr.fetchall())


def _versions(cr: Any) -> dict[str, str]:
    cr.execute(
        "SELECT name, coalesce(latest_version, '') FROM ir_module_module"
        " WHERE name IN %s AND state IN %s",
        (MODULES, _LOADED),
    )
    return dict(cr.fetchall())


def _series(cr: Any) -> str:
    cr.execute("SELECT latest_version FROM ir_module_module WHERE name = 'base'")
    row = cr.fetchone()
    return ".".join((row[0] or "").split(".")[:2]) if row else ""


def _columns(cr: Any) -> dict[str, frozenset[str]]:
    cr.execute(
        """
        SELECT table_name, array_agg(column_name::text)
          FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name IN %s
         GROUP BY table_name
        """,
        (LEGACY_TABLES + TARGET_TABLES + OWN_TABLES + OTHER_TABLES,),
    )
    return {
        table: frozenset(columns) | OPTIONAL.get(table, {}).keys()
        for table, columns in cr.fetchall()
    }


def _lacking(cr: Any) -> tuple[tuple[str, str], ...]:
    """(table, column) of what old tables may lack (``old_columns.py``)."""
    cr.execute(
        """
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name IN %s
        """,
        (LEGACY_TABLES,),
    )
    there = set(cr.fetchall())
    tables = {table for table, _column in there}
    return tuple(
        (table, column)
        for table in LEGACY_TABLES
        for column in OPTIONAL[table]
        if table in tables and (table, column) not in there
    )


def _gateway_target(cr: Any) -> str | None:
    cr.execute(
        """
        SELECT target.relname
          FROM pg_constraint fk
          JOIN pg_class source ON source.oid = fk.conrelid
          JOIN pg_class target ON target.oid = fk.confrelid
          JOIN pg_attribute col ON col.attrelid = source.oid
                               AND col.attnum = ANY (fk.conkey)
         WHERE fk.contype = 'f' AND source.relname = 'whatsapp_message'
           AND source.relnamespace = current_schema()::regnamespace
           AND col.attname = 'gateway_id'
         ORDER BY fk.oid DESC LIMIT 1
        """
    )
    row = cr.fetchone()
    return row[0] if row else None


def _estimates(cr: Any) -> dict[str, int]:
    """Bytes on disk per table, indexes included."""
    cr.execute(
        """
        SELECT relname, pg_total_relation_size(oid)
          FROM pg_class
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
           AND relname IN %s
        """,
        (LEGACY_TABLES + TARGET_TABLES,),
    )
    return dict(cr.fetchall())
