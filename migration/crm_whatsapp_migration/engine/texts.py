"""Legacy texts as Odoo shows them, by SQL.

A WhatsApp text is plain text: what looks like HTML in it is what the customer saw
and wrote, so it is escaped, never trusted.
"""

from __future__ import annotations

# Longer reasons travel to the browser with each message; the whole is kept in
# mail_notification.gateway_failure_reason, which stays on the server.
REASON_LENGTH = 500


def escaped(column: str) -> str:
    """SQL: text of a column with HTML's own characters escaped."""
    return (
        f"replace(replace(replace({column}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    )


def as_html(column: str) -> str:
    """SQL: body of a message, one paragraph, line ends kept."""
    text = escaped(f"coalesce({column}, '')")
    lines = f"regexp_replace({text}, E'\\r\\n|\\r|\\n', '<br>', 'g')"
    return f"'<p>' || {lines} || '</p>'"


def as_reason(column: str) -> str:
    """SQL: a failure's reason as short as people read, with a sign that it was cut."""
    return (
        f"CASE WHEN length({column}) > {REASON_LENGTH}"
        f" THEN left({column}, {REASON_LENGTH}) || ' [...]' ELSE {column} END"
    )


# Lines that the migration itself writes, by the first letters of a language.
_WORDS = {
    "history_name": {"es": "%s (historial)", "en": "%s (history)"},
    "history_link": {
        "es": "Los mensajes anteriores están en",
        "en": "Earlier messages are in",
    },
    "lead_note": {
        "es": "El historial de WhatsApp de este lead está en",
        "en": "The WhatsApp history of this lead is in",
    },
    "draft": {"es": "Borrador que no se envió:", "en": "Draft that was not sent:"},
    "chatter": {
        "es": "Notas de los mensajes antiguos.txt",
        "en": "Notes of the old messages.txt",
    },
}


def words(code: str, language: str) -> str:
    """SQL: a text of ours in the language of a column or expression.

    :param code: key of the table of texts
    :param language: SQL expression giving a language (``es_CO``), NULL for English
    """
    own = _WORDS[code]
    spanish, english = (own[key].replace("%s", "") for key in ("es", "en"))
    return f"CASE WHEN {language} LIKE 'es%%' THEN '{spanish}' ELSE '{english}' END"
