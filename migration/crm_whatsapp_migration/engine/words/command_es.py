"""Words of the command line."""

WORDS: dict[str, str] = {
    "The decisions cannot be used:": "Las decisiones no se pueden usar:",
    "No database: %(error)s": "No hay base de datos: %(error)s",
    "Questions of the plan are open: 'plan' tells which.": (
        "Hay preguntas del plan sin responder: 'plan' dice cuáles."
    ),
    "Another run or rollback is at work on this database. Wait until it is done, or"
    " stop it with Ctrl-C there, and try again.": (
        "Otra ejecución o reversión está trabajando en esta base de datos. Espere a que"
        " termine, o deténgala allá con Ctrl-C, e intente de nuevo."
    ),
    "Stopped at once; what was committed is whole. The same command goes on.": (
        "Detenido de inmediato; lo confirmado está completo. El mismo comando continúa."
    ),
    "The database refused or broke off: %(error)s. What was committed is whole; mend"
    " the cause and give the same command again.": (
        "La base de datos rechazó algo o se desconectó: %(error)s. Lo confirmado está"
        " completo; corrija la causa y dé el mismo comando otra vez."
    ),
    "%(left)s left": "faltan %(left)s",
    "gateways": "pasarelas",
    "templates": "plantillas",
    "people": "personas",
    "conversations": "conversaciones",
    "messages": "mensajes",
    "states": "estados",
    "attachments": "adjuntos",
    "leads": "iniciativas",
    "second conversations": "conversaciones duplicadas",
    "rollback": "reversión",
    "Stopping after this batch. Press Ctrl-C again to stop at once; either way nothing"
    " is lost, and the same command goes on.": (
        "Se detiene al terminar este lote. Ctrl-C otra vez lo detiene de inmediato; en"
        " ningún caso se pierde nada, y el mismo comando continúa."
    ),
    "    expected %(expected)s, got %(got)s": (
        "    se esperaba %(expected)s, se encontró %(got)s"
    ),
    "%(good)s checks agree, %(bad)s do not.": (
        "Comprobaciones correctas: %(good)s; incorrectas: %(bad)s."
    ),
    "Ended: %(state)s.": "Resultado: %(state)s.",
    "done": "terminado",
    "rolled back": "revertido",
    "interrupted": "interrumpido",
    "paused": "en pausa",
    "failed": "con error",
    "This removes what the run made in database %(database)s. Type the database's name"
    " to go on (or give --yes):": (
        "Esto quita lo que la ejecución hizo en la base de datos %(database)s. Escriba"
        " el nombre de la base de datos para continuar (o use --yes):"
    ),
    "Written: %(files)s": "Escrito: %(files)s",
    "Nothing was removed.": "No se quitó nada.",
    "Nothing was removed: people have used what the run made. Say what becomes of it:"
    " --later keep (it stays as it is) or --later drop (it goes too).": (
        "No se quitó nada: ya hay personas usando lo que se migró. Diga qué pasa con"
        " eso: --later keep (queda como está) o --later drop (también se quita)."
    ),
    "Replace each null by an answer and give this file to 'run' with --decisions. Keys"
    " that begin with _ are remarks. '*' in 'templates' answers for all.": (
        "Cambie cada null por una respuesta y dé este archivo a 'run' con --decisions."
        " Las claves que empiezan con _ son comentarios. '*' en 'templates' responde"
        " por todas."
    ),
    "Install the addon first: odoo-bin -d %(database)s -i %(addon)s"
    " --stop-after-init": (
        "Instale primero el módulo: odoo-bin -d %(database)s -i %(addon)s"
        " --stop-after-init"
    ),
    "Something must be mended first, see above.": (
        "Hay algo que corregir primero, vea arriba."
    ),
    "%(count)s questions are open. 'plan --report-dir DIR' writes DIR/decisiones.json;"
    " answer them there and give it with --decisions.": (
        "Preguntas sin responder: %(count)s. 'plan --report-dir CARPETA' escribe"
        " CARPETA/decisiones.json; responda ahí y use --decisions con ese archivo."
    ),
    "This was a rehearsal: everything was taken back.": (
        "Fue un ensayo: todo se deshizo."
    ),
    "Give the same command again to go on.": (
        "Dé el mismo comando otra vez para continuar."
    ),
    "It ended with an error; what was moved before is whole. Mend the cause and give"
    " the same command again: %(error)s": (
        "Terminó con un error; lo migrado antes está completo. Corrija la causa y dé el"
        " mismo comando otra vez: %(error)s"
    ),
    "There is no run yet: 'run' makes one.": (
        "Todavía no hay una ejecución: 'run' la hace."
    ),
}
