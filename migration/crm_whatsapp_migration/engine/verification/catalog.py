"""What this database has: tables and columns differ by series and history."""


def has_table(cr, table) -> bool:
    cr.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{table}"'])
    return cr.fetchone()[0]


def has_column(cr, table, column) -> bool:
    cr.execute(
        """
        SELECT count(*) FROM information_schema.columns
         WHERE table_schema = current_schema()
           AND table_name = %s AND column_name = %s
        """,
        [table, column],
    )
    return bool(cr.fetchone()[0])
