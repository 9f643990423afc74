"""What differs between the Odoo series, as data."""

from __future__ import annotations

from dataclasses import dataclass

from lab.console import LabError


@dataclass(frozen=True)
class Series:
    """One Odoo series the product runs on."""

    name: str
    #: Modules besides those our addon depends on.
    extra_modules: tuple[str, ...]
    #: Field of res.users that holds the groups.
    groups_field: str
    #: Options of odoo.conf that keep demonstration data out.
    no_demo: tuple[str, str]
    newest_python: tuple[int, int]
    #: Modules that Odoo loads before any database.
    server_wide_modules: tuple[str, ...]


SERIES = {
    one.name: one
    for one in (
        # 3.13 has opcodes that the safe_eval of 18.0 refuses.
        Series(
            "18.0",
            (),
            "groups_id",
            ("without_demo", "all"),
            (3, 12),
            ("base", "web"),
        ),
        Series(
            "19.0",
            # 19.0 took `mobile` off the partners; these bring it back.
            ("partner_mobile", "partner_mobile_validation"),
            "group_ids",
            ("with_demo", "False"),
            (3, 13),
            ("base", "rpc", "web"),
        ),
    )
}
PACKAGED = "19.0"


def series_named(name: str) -> Series:
    """The series, or a sentence that names those there are."""
    if name not in SERIES:
        raise LabError(
            f"Este Odoo es de la serie {name}; el laboratorio conoce"
            f" {', '.join(SERIES)}. Use una copia de una de ellas en ODOO_SRC."
        )
    return SERIES[name]
