"""Words of the command line."""

WORDS: dict[str, str] = {
    "The decisions cannot be used:": "Las decisiones no se pueden usar:",
    "The database %(database)s cannot be opened: %(error)s. Check its name (-d) and how"
    " to reach it: -c FILE with Odoo's settings, or --db_host, --db_port,"
    " --db_user.": (
        "No se pudo abrir la base de datos %(database)s: %(error)s. Revise el nombre"
        " (-d) y cómo se llega a ella: -c ARCHIVO con la configuración de Odoo, o"
        " --db_host, --db_port, --db_user."
    ),
    "%(database)s is not a database of Odoo. Check its name (-d).": (
        "%(database)s no es una base de datos de Odoo. Revise el nombre (-d)."
    ),
    "Name one database: -d DATABASE.": "Diga una base de datos: -d BASE.",
    "The database user may not do this: %(error)s. Use the user that Odoo works with:"
    " -c FILE with Odoo's settings, or --db_user.": (
        "El usuario de la base de datos no tiene permiso para esto: %(error)s. Use el"
        " usuario con el que trabaja Odoo: -c ARCHIVO con la configuración de Odoo, o"
        " --db_user."
    ),
    "Nothing can be written to %(folder)s (%(error)s). Give another --report-dir.": (
        "No se puede escribir en %(folder)s (%(error)s). Dé otra carpeta en"
        " --report-dir."
    ),
    "Somebody deleted a conversation while its messages were moved. Nothing of that"
    " batch was written. Give the same command again: it is made anew.": (
        "Alguien borró una conversación mientras se migraban sus mensajes. De ese lote"
        " no se escribió nada. Dé el mismo comando otra vez: se hace de nuevo."
    ),
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
    "leads": "leads",
    "second conversations": "conversaciones duplicadas",
    "notes on old messages": "notas de los mensajes anteriores",
    "read positions": "posiciones de lectura",
    "members": "miembros",
    "numbers of leads": "números de leads",
    "variables of templates": "variables de plantillas",
    "Stopping after this batch. Press Ctrl-C again to stop at once; either way nothing"
    " is lost, and the same command goes on.": (
        "Se detiene al terminar este lote. Ctrl-C otra vez lo detiene de inmediato; en"
        " ningún caso se pierde nada, y el mismo comando continúa."
    ),
    "ok": "bien",
    "FAILS": "FALLA",
    "       expected: %(expected)s; found: %(got)s": (
        "       se esperaba: %(expected)s; se encontró: %(got)s"
    ),
    "%(good)s checks agree, %(bad)s do not.": (
        "Comprobaciones correctas: %(good)s; incorrectas: %(bad)s."
    ),
    "The module %(name)s that Odoo finds first is not the one that this migration"
    " belongs to: %(folder)s, version %(version)s. Take that folder out of the addons"
    " path, or put the folder with the right one before it.": (
        "El módulo %(name)s que Odoo encuentra primero no es el de esta migración:"
        " %(folder)s, versión %(version)s. Saque esa carpeta de la ruta de módulos"
        " (addons_path) o ponga antes la carpeta del correcto."
    ),
    "The module %(name)s is not on the addons path. Put its folder, and those of the"
    " OCA modules, into --addons-path.": (
        "El módulo %(name)s no está en la ruta de módulos. Ponga su carpeta, y las de"
        " los módulos de la OCA, en --addons-path."
    ),
    "This database takes no temporary tables (%(error)s): it is read only, a standby"
    " perhaps. Use the primary, or a copy.": (
        "Esta base de datos no admite tablas temporales (%(error)s): es de solo"
        " lectura, quizá una réplica. Use la principal o una copia."
    ),
    "Of the messages %(ids)s the text would be shown twice in its conversation, or not"
    " at all. The batch was not written; what was moved before is whole. Roll back, and"
    " report this.": (
        "El texto de los mensajes %(ids)s se vería dos veces en su conversación, o"
        " ninguna. El lote no se escribió; lo migrado antes está completo. Revierta e"
        " informe de esto."
    ),
    "Ended: %(state)s.": "Resultado: %(state)s.",
    "Run %(run)s was rolled back.": "Se revirtió la ejecución %(run)s.",
    "Nothing was left to move. Reports and rollback are of the run before.": (
        "No quedaba nada por migrar. Los informes y la reversión son de la ejecución"
        " anterior."
    ),
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
    "There is no run %(run)s.": "No hay una ejecución número %(run)s.",
    "There is no run to verify: none has begun, or it was rolled back. 'run' makes"
    " one.": (
        "No hay ninguna ejecución que verificar: ninguna ha empezado, o se revirtió."
        " 'run' hace una."
    ),
    "%(rows)s removed": "se quitaron %(rows)s",
    "%(rows)s put back": "se devolvieron %(rows)s",
    # Help and what is wrong with a command line
    "usage:": "uso:",
    "options": "opciones",
    "commands": "comandos",
    "this text": "este texto",
    "COMMAND": "COMANDO",
    "DATABASE": "BASE",
    "DIR": "CARPETA",
    "FILE": "ARCHIVO",
    "OLD:NEW": "ANTES:HOY",
    "Help: %(program)s --help": "Ayuda: %(program)s --help",
    "Moves the WhatsApp history of crm_import_leads into conversations. The manual is"
    " docs/GUIA.md of the addon.": (
        "Lleva el historial de WhatsApp de crm_import_leads a conversaciones. El manual"
        " es docs/GUIA.md del módulo."
    ),
    "look at the database and say what a run would do; reads only": (
        "mira la base de datos y dice qué haría la ejecución; solo lee"
    ),
    "move the history, or go on with a run that was stopped": (
        "lleva el historial, o continúa una ejecución que se detuvo"
    ),
    "recount everything with code of its own": "vuelve a contar todo con código propio",
    "remove exactly what a run made": "quita exactamente lo que hizo una ejecución",
    "write report.html, report.json and rows.csv of a run": (
        "escribe report.html, report.json y rows.csv de una ejecución"
    ),
    "exit codes:": "códigos de salida:",
    "all went well": "todo salió bien",
    "a check failed, or the run ended with an error": (
        "falló una comprobación, o la ejecución terminó con error"
    ),
    "the command line or the decisions file cannot be used": (
        "la línea de comandos o el archivo de decisiones no sirve"
    ),
    "questions of the plan are open": "hay preguntas del plan sin responder",
    "another run is at work": "otra ejecución está trabajando",
    "stopped; the same command goes on where it was": (
        "detenido; el mismo comando continúa donde iba"
    ),
    "something must be mended first": "hay algo que corregir primero",
    "rollback needs --later, people have used what it would remove": (
        "la reversión necesita --later: ya se usa lo que quitaría"
    ),
    "Any other option is Odoo's: %(known)s.": (
        "Las demás opciones son de Odoo: %(known)s."
    ),
    "database; else the one of -c FILE": "base de datos; si no, la de -c ARCHIVO",
    "print the result as JSON": "escribe el resultado como JSON",
    "es (default) or en": "es (si no se dice) o en",
    "folder for the files that are written": (
        "carpeta para los archivos que se escriben"
    ),
    "answers, as a file of JSON": "respuestas, en un archivo JSON",
    "legacy gateway and the gateway of today, as 3:7; several by comma": (
        "pasarela anterior y pasarela de hoy, como 3:7; varias con coma"
    ),
    "country of numbers without prefix, ISO code (CO when not given)": (
        "país de los números sin indicativo, código ISO (CO si no se dice)"
    ),
    "rows per transaction (%(batch)s when not given)": (
        "registros por transacción (%(batch)s si no se dice)"
    ),
    "most messages to move now": "cuántos mensajes llevar ahora, como máximo",
    "do everything, then take it back": "hace todo y luego lo deshace",
    "which run; else the newest": "cuál ejecución; si no, la última",
    "what people did later with it stays ('keep') or goes too ('drop')": (
        "lo que se hizo después con ella queda ('keep') o también se quita ('drop')"
    ),
    "do not ask": "no pregunta",
    "There is no option %(option)s.": "No existe la opción %(option)s.",
    " Is %(option)s meant?": " ¿Quiso decir %(option)s?",
    "%(file)s is not there or cannot be read.": (
        "%(file)s no existe o no se puede leer."
    ),
    "%(name)s: %(value)s is not one of %(known)s.": (
        "%(name)s: %(value)s no es ninguno de %(known)s."
    ),
    "%(name)s needs a value.": "%(name)s necesita un valor.",
    "%(name)s takes no value, and %(value)s was given.": (
        "%(name)s no lleva valor, y se dio %(value)s."
    ),
    "Missing: %(name)s.": "Falta: %(name)s.",
    "%(name)s: %(reason)s": "%(name)s: %(reason)s",
    "'%(text)s' is not a number above 0": "'%(text)s' no es un número mayor que 0",
    "'%(text)s' is no country; two letters, as CO": (
        "'%(text)s' no es un país; dos letras, como CO"
    ),
    "'%(pair)s' is not OLD:NEW, as 3:7": "'%(pair)s' no es ANTES:HOY, como 3:7",
}
