"""Words of the report. It is handed on, so it is not in the reader's language but in
the one the business speaks, and it needs no Odoo to be read.
"""

from datetime import datetime

from ..invariants import EQUAL, FALLS, GROWS, TOLD
from ..verification.sums import STATES
from ..words import say

KINDS = {"run": "ejecución", "dry": "ensayo", "rollback": "reversión"}
RUN_STATES = {
    "draft": "en preparación",
    "running": "en curso",
    "paused": "en pausa",
    "interrupted": "interrumpida",
    "done": "terminada",
    "failed": "con error",
    "rolled_back": "revertida",
}
LAWS = {
    EQUAL: "igual",
    FALLS: "no aumenta",
    GROWS: "no disminuye",
    TOLD: "solo informa",
}
DIRECTIONS = {"incoming": "recibido", "outgoing": "enviado"}
WORDS = {
    "whatsapp_gateway": "Pasarelas",
    "whatsapp_template": "Plantillas",
    "whatsapp_message": "Mensajes",
    "discuss_channel": "Conversaciones duplicadas",
    "mail_message": "Mensajes de conversaciones duplicadas",
    "leads": "Leads y oportunidades",
    "lead_write_dates": "Fechas de modificación de los leads",
    "lead_stages": "Etapas y asesores de los leads",
    "partners": "Contactos",
    "users": "Usuarios",
    "user_notifications": "Notificaciones a personas",
    "mails": "Correos por enviar",
    "bus": "Avisos a navegadores",
    "followers": "Seguidores",
    "activities": "Actividades",
    "stored_files": "Archivos guardados",
    "attachments": "Adjuntos",
    "attachment_bytes": "Tamaño de los adjuntos (bytes)",
    "queue": "Mensajes en la cola de envío",
    "journal": "Eventos recibidos de WhatsApp",
    "assignments": "Asignaciones de asesores",
    "legacy_messages": "Mensajes del módulo anterior",
    "legacy_texts": "Textos del módulo anterior",
    "unread": "Conversaciones con mensajes sin leer",
    "pinned": "Conversaciones visibles en la barra lateral",
    "messages": "Mensajes en Odoo",
    "gateway_messages": "Mensajes en conversaciones de WhatsApp",
    "conversations": "Conversaciones de WhatsApp",
    "guests": "Invitados",
    "gateways": "Pasarelas de Odoo",
    "templates": "Plantillas de Odoo",
    "database_bytes": "Tamaño de la base de datos (bytes)",
    # Tables that a rollback works on
    "mail_notification": "Estados de mensajes",
    "ir_attachment": "Archivos",
    "discuss_channel_member": "Miembros de conversaciones",
    "res_partner_gateway_channel": "Contactos vinculados a pasarelas",
    "mail_guest": "Invitados",
    "crm_lead": "Leads y oportunidades",
    "whatsapp_number": "Números de leads",
    "mail_gateway": "Pasarelas de Odoo",
    "mail_whatsapp_template": "Plantillas de Odoo",
    "mail_whatsapp_template_variable": "Variables de plantillas",
}
# Sentences of engine/reasons.py, by code.
REASONS = {
    "gateway_missing": "Su pasarela ya no existe. Indique en las decisiones cuál"
    " toma su lugar y ejecute de nuevo.",
    "gateway_skipped": "Se decidió no migrar su pasarela.",
    "date_impossible": "Su fecha falta o es imposible, y se decidió no suponerla.",
    "phone_empty": "No tiene número de teléfono: no pertenece a ninguna conversación.",
    "phone_letters": "El campo de teléfono tiene palabras en lugar de un número.",
    "phone_unreadable": "El número de teléfono no existe en ningún país.",
    "phone_two_numbers": "El campo de teléfono tiene dos números y se decidió no tomar"
    " ninguno.",
    "direction_unknown": "No es ni recibido ni enviado: no se sabe quién lo escribió.",
    "draft": "Es un borrador que nunca se envió.",
    "duplicate": "Es una segunda copia de un mensaje que WhatsApp entregó una vez.",
    "twin_message": "Su texto ya está en una conversación, que se migra completa.",
    "stray_unreadable": "Conversación del módulo anterior con un número ilegible:"
    " queda como está.",
    "gateway_same_number": "Una pasarela actual ya tiene este número de WhatsApp.",
    "gateway_unused": "Ningún mensaje la nombra y no es un número de la Cloud API.",
    "twin_wamid": "El mensaje ya está en una conversación, con el mismo identificador"
    " de WhatsApp.",
    "gateway_decided_skip": "Se decidió no migrar esta pasarela.",
    "gateway_mapped": "Se decidió qué pasarela actual toma su lugar.",
    "template_decided_skip": "Se decidió no migrar esta plantilla.",
    "template_exists": "La pasarela ya tiene una plantilla con este nombre e idioma.",
    "open_gateway": "Espera una decisión sobre su pasarela.",
    "open_phone": "Espera una decisión: el campo de teléfono tiene dos números.",
    "decided_skip": "Una persona lo revisó y decidió omitirlo.",
}


def figure(value) -> str:
    """1234567 as 1.234.567."""
    return f"{value:,}".replace(",", ".")


def moment(value) -> str:
    """ISO text as 31/12/2026 23:59; nothing for None."""
    return f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M}" if value else ""


def duration(seconds) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def shown(value) -> str:
    """A check's figure; per-user figures as "user: figure"."""
    if isinstance(value, bool) or value is None:
        return {True: "sí", False: "no"}.get(value, "")
    if isinstance(value, int):
        return figure(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(item)}" for key, item in value.items())
    return str(value)


def all_states(row) -> int:
    return sum(row[state] for state in STATES)


def table_of_rollback(name) -> str:
    known = {"discuss_channel": "Conversaciones", "mail_message": "Mensajes"}
    return known.get(name, WORDS.get(name, name))


def share(value, whole) -> float:
    return round(100 * value / whole, 2) if whole else 0


def check(item) -> str:
    """What a check looked at, in words; of a figure, which one."""
    words = say(item["words"], {}, "es")
    name = check_name(item["name"])
    return words if name == item["name"] else f"{name}. {words}"


def check_name(name) -> str:
    """Which figure a check is about; other checks keep their short name."""
    family, _dot, what = name.partition(".")
    return WORDS.get(what, name) if family in ("sums", "unchanged") else name


def found(item) -> str:
    """What a check that holds has found; a checksum says nothing to a reader."""
    got = item["got"]
    if not got or isinstance(got, str):
        return ""
    return shown(sum(got.values()) if isinstance(got, dict) else got)


def reason(code, sentence) -> str:
    return REASONS.get(code, sentence)


def verdict(data) -> dict:
    """The report's first lines: whether all is well, and what is not."""
    run = data["run"]
    lines, good, words = [], True, "Todo cuadra."
    if run["kind"] == "rollback":
        good = run["state"] == "done"
        words, lines = _undone(data, good)
    elif run["state"] == "rolled_back":
        words = "Esta ejecución se revirtió."
        lines = ["Lo que hizo ya no está; las cifras de abajo son las que tuvo."]
    else:
        lines = _wrong(data)
        good = not lines
        if not good:
            words = "Hay algo que revisar."
        elif run["kind"] == "dry":
            words = "Fue un ensayo: nada se guardó."
            lines = ["Así quedaría la ejecución si se hiciera ahora."]
        elif data["total"]["rejected"]:
            lines = [
                f"{figure(data['total']['rejected'])} registros esperan una decisión:"
                " vea «Rechazados»."
            ]
        if good and run["kind"] == "run" and not data["checks"]:
            lines.append("Falta verificar.")
    if run["error"]:
        good, words = False, "Hay algo que revisar."
        lines.append(run["error"])
    return {"good": good, "verdict": words, "verdict_lines": lines}


def _undone(data, finished):
    number = data["run"]["target"]
    if not finished:
        return (
            "La reversión no ha terminado.",
            ["Dé el comando «rollback» otra vez: continúa donde iba."],
        )
    lines = ["Las tablas quedaron como antes; la bitácora de ejecuciones se conserva."]
    if data["kept"]:
        lines = [
            f"Se conservaron {figure(data['kept'])} registros migrados, porque ya hay"
            " personas usándolos; lo demás quedó como antes."
        ]
    return f"Se revirtió la ejecución n.º {number}.", lines


def _wrong(data):
    lines = []
    if not all(item["agrees"] for item in data["sources"]):
        lines.append(
            "Hay registros del módulo anterior que no aparecen en las cuentas."
        )
    if not all(item["ok"] for item in data["unchanged"]):
        lines.append(
            "Cambió algo que la migración no debía tocar: vea «Antes y después»."
        )
    wrong = sum(not item["ok"] for item in data["checks"])
    if wrong:
        many = "controles fallaron" if wrong > 1 else "control falló"
        lines.append(f"{wrong} {many}: vea «Verificación».")
    if data["run"]["state"] in ("interrupted", "paused", "failed", "running"):
        lines.append("La ejecución no ha terminado: el mismo comando continúa.")
    return lines


FILTERS = {
    "kind": lambda value: KINDS.get(value, value),
    "state": lambda value: RUN_STATES.get(value, value),
    "law": lambda value: LAWS.get(value, value),
    "direction": lambda value: DIRECTIONS.get(value, value or ""),
    "es": lambda value: WORDS.get(value, value),
    "figure": figure,
    "moment": moment,
    "duration": duration,
    "shown": shown,
    "all_states": all_states,
    "share": share,
    "undone": table_of_rollback,
    "check": check,
    "found": found,
    "reason": reason,
}
