"""Modules: what is installed, what clashes, what a run will need."""

from __future__ import annotations

from collections.abc import Iterable

from ..addons_path import BRIDGE, LEAST, is_enough, least_version
from ..columns import read as read_columns
from ..findings import BLOCKER, NOTE, WARNING, Finding, Remark
from ..leftovers import RECORDS
from ..legacy import ABSENT, INSTALLED, LEGACY_MODULE
from ..old_columns import missing
from .view import Check, View

SERIES = ("18.0", "19.0")
# Installed before a run; plan needs none of them.
NEEDED = ("mail_gateway_whatsapp", "crm_whatsapp_gateway", "crm_whatsapp_migration")


def check_foreign(view: View) -> Iterable[Finding]:
    """Modules of the same names from other repositories, older or quite others."""
    legacy, first = view.legacy, set()
    for copy in legacy.copies:
        if copy.name in first:
            continue
        first.add(copy.name)
        if not copy.is_needed(legacy.series):
            yield Remark(
                "foreign_module",
                BLOCKER,
                "The module %(name)s that Odoo finds first is not the one that is"
                " needed%(least)s: %(folder)s, version %(version)s. Take that folder"
                " out of the addons path, or put the folder with the right one before"
                " it.",
                {
                    "name": copy.name,
                    "folder": copy.folder,
                    "version": copy.version,
                    "least": _least(copy.name, legacy.series),
                },
            )


def check_foreign_installed(view: View) -> Iterable[Finding]:
    legacy = view.legacy
    for name, version in legacy.versions.items():
        if name in LEAST and not is_enough(name, version, legacy.series):
            yield Remark(
                "foreign_installed",
                BLOCKER,
                "%(name)s is installed in version %(version)s, and another is"
                " needed%(least)s. Put that one on the addons path and update it:"
                " odoo-bin -u %(name)s --stop-after-init",
                {
                    "name": name,
                    "version": version,
                    "least": _least(name, legacy.series),
                },
            )
    if legacy.installed(BRIDGE) and not legacy.has("whatsapp_number"):
        yield Remark(
            "foreign_bridge",
            BLOCKER,
            "A module named %(name)s, version %(version)s, is installed, and it is not"
            " the one that this migration belongs to: its tables are not there."
            " Uninstall it, on a copy first, take its folder out of the addons path,"
            " and install the right one.",
            {"name": BRIDGE, "version": legacy.versions.get(BRIDGE, "?")},
        )


def _least(name: str, series: str) -> str:
    version = least_version(name, series)
    return f" (≥ {version})" if version else ""


def check_series(view: View) -> Iterable[Finding]:
    if view.legacy.series not in SERIES:
        yield Remark(
            "series",
            BLOCKER,
            "This database is of Odoo %(series)s; the migration knows 18.0 and 19.0."
            " Upgrade the database first.",
            {"series": view.legacy.series or "?"},
        )


def check_history(view: View) -> Iterable[Finding]:
    if not view.legacy.has_history:
        yield Remark(
            "no_history",
            BLOCKER,
            "There is no table whatsapp_message: this database holds no history of"
            " %(module)s. Check the name of the database.",
            {"module": LEGACY_MODULE},
        )


def check_composer(view: View) -> Iterable[Finding]:
    """Two modules define ``whatsapp.composer``; Odoo merges them without a word."""
    legacy = view.legacy
    if legacy.composer_clash and legacy.composer_on_path:
        yield Remark(
            "composer_clash",
            BLOCKER,
            "%(module)s and mail_gateway_whatsapp both define whatsapp.composer, and"
            " both are installed: Odoo merges the two and neither wizard works. Take"
            " the old wizard out of the folder of %(module)s, or the folder out of the"
            " addons path, as section 6 of the guide says, and restart Odoo; do not"
            " uninstall %(module)s, that would delete the history.",
            {"module": LEGACY_MODULE},
        )
    elif legacy.legacy_module == INSTALLED and legacy.composer_on_path:
        yield Remark(
            "composer_ahead",
            WARNING,
            "%(module)s is installed, and both it and mail_gateway_whatsapp define"
            " whatsapp.composer. Before you install crm_whatsapp_gateway, take the old"
            " wizard out of its folder, or the folder out of the addons path, as"
            " section 6 of the guide says. Do not uninstall it, that would delete the"
            " history.",
            {"module": LEGACY_MODULE},
        )


def check_wizard_rows(view: View) -> Iterable[Finding]:
    """Opened dialogs of the old wizard point at its gateways by a foreign key.

    OCA's wizard has the same table and points at other gateways: its installation
    would end with a violated key.
    """
    legacy = view.legacy
    if legacy.installed("mail_gateway_whatsapp") or not legacy.has("whatsapp_composer"):
        return
    count = view.value("SELECT count(*) FROM whatsapp_composer")
    if count:
        yield Remark(
            "composer_rows",
            BLOCKER,
            "%(count)s dialogs of the old wizard are in the table whatsapp_composer,"
            " and mail_gateway_whatsapp cannot be installed over them. They are no"
            " history, only windows that somebody opened: empty the table. psql -d"
            ' DATABASE -c "DELETE FROM whatsapp_composer"',
            {"count": count},
        )


def check_left_over(view: View) -> Iterable[Finding]:
    legacy = view.legacy
    if legacy.legacy_module == ABSENT and legacy.has_history:
        yield Remark(
            "tables_only",
            NOTE,
            "Odoo does not know the module %(module)s any more; its tables are there"
            " and are taken.",
            {"module": LEGACY_MODULE},
        )
    elif legacy.legacy_module == INSTALLED and legacy.legacy_on_path is False:
        yield Remark(
            "files_gone",
            NOTE,
            "%(module)s counts as installed and its files are gone: its tables are"
            " taken. Afterwards its leftovers can be removed as the guide says.",
            {"module": LEGACY_MODULE},
        )
    elif legacy.legacy_module != INSTALLED and legacy.has_history:
        yield Remark(
            "half_removed",
            NOTE,
            "%(module)s is not installed (%(state)s), yet its tables are there and are"
            " taken.",
            {"module": LEGACY_MODULE, "state": legacy.modules.get(LEGACY_MODULE, "")},
        )


def check_files_left(view: View) -> Iterable[Finding]:
    """Files of the old WhatsApp: not to be removed too early, nor forgotten."""
    files = view.legacy.legacy_files
    if files:
        yield Remark(
            "files_left",
            NOTE,
            "%(count)s files of %(module)s on the addons path hold its WhatsApp. Remove"
            " them when the migration is verified, not before: an update of the module"
            " without them deletes notes, followers and activities of old messages.",
            {"count": len(files), "module": LEGACY_MODULE},
            tuple(f"{file} ({held})" for file, held in files.items()),
        )


def check_records_left(view: View) -> Iterable[Finding]:
    """Views without the models that they show break the lead's form."""
    if view.legacy.legacy_files is None or view.legacy.legacy_files:
        return
    found = view.rows(RECORDS, {"module": LEGACY_MODULE})
    if found:
        yield Remark(
            "records_left",
            WARNING,
            "%(count)s views of %(module)s show its WhatsApp, and its files are gone:"
            " the lead's form fails. Switch them off as the guide says.",
            {"count": len(found), "module": LEGACY_MODULE},
            tuple(name for name, _model in found),
        )


def check_activities_left(view: View) -> Iterable[Finding]:
    """Odoo's screens look the model of every open activity up, and fail without it."""
    files = view.legacy.legacy_files
    if files is None or any("whatsapp.message" in held for held in files.values()):
        return
    if not view.legacy.has("mail_activity", "res_model", "active"):
        return
    count = view.value(
        "SELECT count(*) FROM mail_activity"
        " WHERE res_model = 'whatsapp.message' AND active"
    )
    if count:
        yield Remark(
            "activities_left",
            WARNING,
            "%(count)s open activities are of old messages, whose model Odoo does not"
            " know any more: the screens of their users fail. Archive them as the guide"
            " says; nothing of them is lost.",
            {"count": count},
        )


def check_needed(view: View) -> Iterable[Finding]:
    absent = [name for name in NEEDED if not view.legacy.installed(name)]
    if absent:
        yield Remark(
            "modules_missing",
            NOTE,
            "Before the run, install: %(modules)s.",
            {"modules": ", ".join(absent)},
        )


def check_old_columns(view: View) -> Iterable[Finding]:
    """Columns that the old tables have in one version of the module and not in all."""
    gone = missing(view.legacy.columns)
    if gone:
        yield Remark(
            "columns_gone",
            BLOCKER,
            "Columns of the old tables are missing, and without them nothing can be"
            " moved: %(columns)s. Restore them from a backup.",
            {"columns": _names(gone)},
        )
    if view.legacy.lacking:
        yield Remark(
            "columns_lacking",
            WARNING,
            "Columns of the old tables are missing; they are taken as empty:"
            " %(columns)s.",
            {"columns": _names(view.legacy.lacking)},
        )


def _names(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{table}.{column}" for table, column in columns)


def check_columns(view: View) -> Iterable[Finding]:
    """Columns that other modules require are found now, not by a crash."""
    required = read_columns(view.cr).missing
    if required:
        yield Remark(
            "columns_required",
            BLOCKER,
            "Other modules require columns that the migration cannot fill: %(columns)s."
            " Give each a default in the database, or make it optional.",
            {"columns": _names(required)},
        )


def of_known_series(check: Check) -> Check:
    """Ask a check only where the series is one whose modules are known."""

    def ask(view: View) -> Iterable[Finding]:
        return check(view) if view.legacy.series in SERIES else ()

    return ask


CHECKS: tuple[Check, ...] = (
    check_series,
    of_known_series(check_foreign),
    of_known_series(check_foreign_installed),
    check_history,
    check_composer,
    check_wizard_rows,
    check_left_over,
    check_files_left,
    check_records_left,
    check_activities_left,
    check_needed,
    check_old_columns,
    check_columns,
)
