"""Words of a rollback: what stands in its way."""

WORDS: dict[str, str] = {
    "There is no run to roll back: none has begun, or all were rolled back.": (
        "No hay ninguna ejecución que revertir: ninguna ha empezado, o todas se"
        " revirtieron ya."
    ),
    "Run %(later)s came after run %(run)s and stands on it: roll that one back"
    " first.": (
        "La ejecución %(later)s vino después de la %(run)s y se apoya en ella: revierta"
        " primero esa."
    ),
    "Run %(run)s did nothing, so there is nothing to roll back. Leave --run out: the"
    " last run that did something is taken.": (
        "La ejecución %(run)s no hizo nada: no hay nada que revertir. Quite --run: se"
        " toma la última que hizo algo."
    ),
    "The rollback of run %(run)s was interrupted. Give 'rollback' again until it is"
    " done, then run.": (
        "La reversión de la ejecución %(run)s se interrumpió. Dé 'rollback' otra vez"
        " hasta que termine, y después ejecute."
    ),
    "Nothing was removed: of %(count)s records that the run made the original is gone"
    " (the old tables were dropped, or their rows deleted), so these are the only copy."
    " Restore the old tables from a backup first; where only some rows are gone,"
    " '--later keep' undoes the rest.": (
        "No se quitó nada: de %(count)s registros que hizo la ejecución ya no existe el"
        " original (se borraron las tablas anteriores o sus filas): estos son la única"
        " copia. Restaure primero las tablas anteriores de un respaldo; si faltan"
        " solo algunas filas, '--later keep' deshace el resto."
    ),
    "%(of)s of the run whose original is gone: %(count)s": (
        "%(of)s de la ejecución cuyo original ya no existe: %(count)s"
    ),
    "%(of)s of the run that were edited: %(count)s": (
        "%(of)s de la ejecución que alguien editó: %(count)s"
    ),
    "%(what)s that hang on %(of)s of the run: %(count)s": (
        "%(what)s que dependen de %(of)s de la ejecución: %(count)s"
    ),
    "later messages": "mensajes posteriores",
    "reactions": "reacciones",
    "stars": "destacados",
    "messages in the sending queue": "mensajes en la cola de envío",
    "received events": "eventos recibidos",
    "leads that were linked since": "leads vinculados después",
    "notifications of later messages": "notificaciones de mensajes posteriores",
    "files": "archivos",
    "activities": "actividades",
    "followers": "seguidores",
    "guests": "invitados",
    "contacts": "contactos",
}
