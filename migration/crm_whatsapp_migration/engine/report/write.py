"""Writes the report's files."""


def write(data, folder, cr) -> list:
    """Write ``report.html``, ``report.json`` and ``rows.csv`` into ``folder``.

    :param data: of ``build``
    :param cr: from it the rows are streamed; there may be millions
    :return: paths of the three files
    """
    raise NotImplementedError
