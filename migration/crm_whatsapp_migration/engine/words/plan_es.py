"""Words of the plan."""

_COUNTS_EN = (
    "%(total)s: %(moved)s are moved, %(existing)s are there already, %(skipped)s are"
    " left behind, %(rejected)s are rejected, %(open)s wait for an answer."
)
_COUNTS_ES = (
    "%(total)s: se migran %(moved)s, ya están %(existing)s, se dejan %(skipped)s, se"
    " rechazan %(rejected)s, esperan una respuesta %(open)s."
)

WORDS: dict[str, str] = {
    # Plan
    "Gateways, " + _COUNTS_EN: "Pasarelas, " + _COUNTS_ES,
    "Templates, " + _COUNTS_EN: "Plantillas, " + _COUNTS_ES,
    "Messages, " + _COUNTS_EN: "Mensajes, " + _COUNTS_ES,
    "Second conversations, " + _COUNTS_EN: "Conversaciones duplicadas, " + _COUNTS_ES,
    "Messages of second conversations, " + _COUNTS_EN: (
        "Mensajes de conversaciones duplicadas, " + _COUNTS_ES
    ),
    "To be mended first:": "Hay que corregir primero:",
    "Questions, to be answered in the decisions file:": (
        "Preguntas, se responden en el archivo de decisiones:"
    ),
    "To be known:": "Para tener en cuenta:",
    "suggested: %(answer)s": "sugerencia: %(answer)s",
    "How it will be done:": "Así se hará:",
    "A run takes about %(minutes)s min and adds about %(megabytes)s MB to the database;"
    " %(conversations)s conversations are made or used.": (
        "La ejecución tarda cerca de %(minutes)s min y agrega cerca de %(megabytes)s MB"
        " a la base de datos; se crean o se usan %(conversations)s conversaciones."
    ),
    # Installation
    "This database is of Odoo %(series)s; the migration knows 18.0 and 19.0. Upgrade"
    " the database first.": (
        "Esta base de datos es de Odoo %(series)s; la migración conoce 18.0 y 19.0."
        " Actualice primero la base de datos."
    ),
    "The module %(name)s that Odoo finds first is not the one that is needed%(least)s:"
    " %(folder)s, version %(version)s. Take that folder out of the addons path, or put"
    " the folder with the right one before it.": (
        "El módulo %(name)s que Odoo encuentra primero no es el que hace"
        " falta%(least)s: %(folder)s, versión %(version)s. Saque esa carpeta de la"
        " ruta de módulos (addons_path) o ponga antes la carpeta del correcto."
    ),
    "%(name)s is installed in version %(version)s, and another is needed%(least)s. Put"
    " that one on the addons path and update it: odoo-bin -u %(name)s"
    " --stop-after-init": (
        "%(name)s está instalado en la versión %(version)s y hace falta otra%(least)s."
        " Ponga esa en la ruta de módulos y actualícelo: odoo-bin -u %(name)s"
        " --stop-after-init"
    ),
    "A module named %(name)s, version %(version)s, is installed, and it is not the one"
    " that this migration belongs to: its tables are not there. Uninstall it, on a copy"
    " first, take its folder out of the addons path, and install the right one.": (
        "Está instalado un módulo llamado %(name)s, versión %(version)s, que no es el"
        " de esta migración: no están sus tablas. Desinstálelo, primero en una copia,"
        " saque su carpeta de la ruta de módulos e instale el correcto."
    ),
    "Columns of the old tables are missing, and without them nothing can be moved:"
    " %(columns)s. Restore them from a backup.": (
        "Faltan columnas en las tablas anteriores y sin ellas no se puede migrar nada:"
        " %(columns)s. Restáurelas de un respaldo."
    ),
    "Columns of the old tables are missing; they are taken as empty: %(columns)s.": (
        "Faltan columnas en las tablas anteriores; se toman como vacías: %(columns)s."
    ),
    "%(count)s messages have no date, or an impossible one (%(samples)s). Take another"
    " date of theirs, else that of the message before them ('nearest'), or leave them"
    " behind ('reject')?": (
        "%(count)s mensajes no tienen fecha o tienen una imposible (%(samples)s). ¿Se"
        " toma otra fecha suya o, si no hay, la del mensaje anterior ('nearest'), o se"
        " dejan ('reject')?"
    ),
    "There is no table whatsapp_message: this database holds no history of %(module)s."
    " Check the name of the database.": (
        "No existe la tabla whatsapp_message: esta base de datos no tiene historial de"
        " %(module)s. Revise el nombre de la base de datos."
    ),
    "%(module)s and mail_gateway_whatsapp both define whatsapp.composer, and both are"
    " installed: Odoo merges the two and neither wizard works. Take the old wizard out"
    " of the folder of %(module)s, or the folder out of the addons path, as section 6"
    " of the guide says, and restart Odoo; do not uninstall %(module)s, that would"
    " delete the history.": (
        "%(module)s y mail_gateway_whatsapp definen los dos whatsapp.composer y los dos"
        " están instalados: Odoo los mezcla y ninguno de los asistentes funciona. Quite"
        " el asistente anterior de la carpeta de %(module)s, o saque la carpeta de la"
        " ruta de módulos (addons_path), como dice la sección 6 de la guía, y reinicie"
        " Odoo; no desinstale %(module)s, eso borraría el historial."
    ),
    "%(module)s is installed, and both it and mail_gateway_whatsapp define"
    " whatsapp.composer. Before you install crm_whatsapp_gateway, take the old wizard"
    " out of its folder, or the folder out of the addons path, as section 6 of the"
    " guide says. Do not uninstall it, that would delete the history.": (
        "%(module)s está instalado, y define whatsapp.composer igual que"
        " mail_gateway_whatsapp. Antes de instalar crm_whatsapp_gateway, quite el"
        " asistente anterior de su carpeta, o saque la carpeta de la ruta de módulos"
        " (addons_path), como dice la sección 6 de la guía. No lo desinstale, eso"
        " borraría el historial."
    ),
    "%(count)s dialogs of the old wizard are in the table whatsapp_composer, and"
    " mail_gateway_whatsapp cannot be installed over them. They are no history, only"
    ' windows that somebody opened: empty the table. psql -d DATABASE -c "DELETE FROM'
    ' whatsapp_composer"': (
        "Hay %(count)s ventanas del asistente anterior en la tabla whatsapp_composer, y"
        " mail_gateway_whatsapp no se puede instalar encima. No son historial, solo"
        ' ventanas que alguien abrió: vacíe la tabla. psql -d BASE -c "DELETE FROM'
        ' whatsapp_composer"'
    ),
    "Odoo does not know the module %(module)s any more; its tables are there and are"
    " taken.": (
        "Odoo ya no conoce el módulo %(module)s; sus tablas están y se toman de ahí."
    ),
    "%(module)s counts as installed and its files are gone: its tables are taken."
    " Afterwards its leftovers can be removed as the guide says.": (
        "%(module)s figura como instalado y sus archivos ya no están: se toman sus"
        " tablas. Al final, sus restos se quitan como dice la guía."
    ),
    "%(module)s is not installed (%(state)s), yet its tables are there and are"
    " taken.": (
        "%(module)s no está instalado (%(state)s), pero sus tablas están y se toman de"
        " ahí."
    ),
    "%(count)s files of %(module)s on the addons path hold its WhatsApp. Remove them"
    " when the migration is verified, not before: an update of the module without them"
    " deletes notes, followers and activities of old messages.": (
        "%(count)s archivos de %(module)s en la ruta de módulos contienen su WhatsApp."
        " Quítelos cuando la migración esté verificada, no antes: actualizar el módulo"
        " sin ellos borra las notas, los seguidores y las actividades de los mensajes"
        " anteriores."
    ),
    "%(count)s views of %(module)s show its WhatsApp, and its files are gone: the"
    " lead's"
    " form fails. Switch them off as the guide says.": (
        "%(count)s vistas de %(module)s muestran su WhatsApp y sus archivos ya no"
        " están: el formulario del lead falla. Desactívelas como dice la guía."
    ),
    "%(count)s open activities are of old messages, whose model Odoo does not know any"
    " more: the screens of their users fail. Archive them as the guide says; nothing of"
    " them is lost.": (
        "%(count)s actividades abiertas son de mensajes anteriores, cuyo modelo Odoo ya"
        " no conoce: las pantallas de sus usuarios fallan. Archívelas como dice la"
        " guía; no se pierde nada de ellas."
    ),
    "Before the run, install: %(modules)s.": (
        "Antes de ejecutar, instale: %(modules)s."
    ),
    "Other modules require columns that the migration cannot fill: %(columns)s. Give"
    " each a default in the database, or make it optional.": (
        "Otros módulos exigen columnas que la migración no puede llenar: %(columns)s."
        " Póngale a cada una un valor por defecto en la base de datos, o hágala"
        " opcional."
    ),
    # Gateways
    "Gateway %(id)s '%(name)s' is of Twilio, %(messages)s messages. Twilio has no"
    " counterpart here: 'map' its history to the gateway that its number has today, or"
    " 'skip' it.": (
        "La pasarela %(id)s «%(name)s» es de Twilio, %(messages)s mensajes. Twilio no"
        " tiene equivalente aquí: 'map' lleva su historial a la pasarela que su número"
        " tiene hoy; 'skip' lo deja."
    ),
    "Gateway %(id)s '%(name)s' is of another provider, %(messages)s messages. It has no"
    " counterpart here: 'map' its history to a gateway of today, or 'skip'.": (
        "La pasarela %(id)s «%(name)s» es de otro proveedor, %(messages)s mensajes. No"
        " tiene equivalente aquí: 'map' lleva su historial a una pasarela de hoy;"
        " 'skip' lo deja."
    ),
    "Gateway %(id)s '%(name)s' has an address that is not one of the Cloud API,"
    " %(messages)s messages. 'create' a gateway without number to be completed, 'map'"
    " it to one of today, or 'skip'.": (
        "La dirección de la pasarela %(id)s «%(name)s» no es de la Cloud API,"
        " %(messages)s mensajes. 'create' crea una pasarela sin número, por completar;"
        " 'map' la une con una de hoy; 'skip' la deja."
    ),
    "Gateway %(id)s '%(name)s' is archived, %(messages)s messages. 'create' a gateway"
    " for its history, 'map' it to one of today, or 'skip'.": (
        "La pasarela %(id)s «%(name)s» está archivada, %(messages)s mensajes. 'create'"
        " crea una pasarela para su historial; 'map' la une con una de hoy; 'skip' la"
        " deja."
    ),
    "Gateway %(id)s '%(name)s' has the token of gateway %(other)s, %(messages)s"
    " messages. Two numbers of one account: 'create'. The same number twice: 'join' it"
    " with the other. Or 'map', or 'skip'.": (
        "La pasarela %(id)s «%(name)s» tiene el mismo token que la pasarela %(other)s,"
        " %(messages)s mensajes. Si son dos números de una cuenta: 'create'. Si es dos"
        " veces el mismo número: 'join' la une con la otra. O 'map', o 'skip'."
    ),
    "Gateway %(id)s '%(name)s' has the number of gateway %(other)s, %(messages)s"
    " messages. 'join' it with the other, 'map' it, or 'skip'.": (
        "La pasarela %(id)s «%(name)s» tiene el mismo número que la pasarela %(other)s,"
        " %(messages)s mensajes. 'join' la une con la otra; 'map' la une con una de"
        " hoy; 'skip' la deja."
    ),
    "The answer about gateway %(id)s cannot be used: it names a gateway that does not"
    " exist or is not of type WhatsApp.": (
        "La respuesta sobre la pasarela %(id)s no se puede usar: nombra una pasarela"
        " que no existe o no es de tipo WhatsApp."
    ),
    "The answer about gateway %(id)s cannot be used: the gateway that it shall join is"
    " not taken along.": (
        "La respuesta sobre la pasarela %(id)s no se puede usar: la pasarela con la que"
        " se uniría no se lleva."
    ),
    "The answer about gateway %(id)s cannot be used: no gateway can be made of it.": (
        "La respuesta sobre la pasarela %(id)s no se puede usar: de ella no se puede"
        " crear una pasarela."
    ),
    "The messages are of the first generation: they name gateways of the old module.": (
        "Los mensajes son de la primera generación: nombran pasarelas del módulo"
        " antiguo."
    ),
    "The messages are of the second generation: they name gateways of OCA, and what was"
    " sent stands in conversations of Discuss already.": (
        "Los mensajes son de la segunda generación: nombran pasarelas de la OCA, y lo"
        " enviado ya está en conversaciones de Discuss."
    ),
    "The messages are of both generations: the old module was upgraded while they were"
    " written.": (
        "Los mensajes son de las dos generaciones: el módulo antiguo se actualizó"
        " mientras se escribían."
    ),
    "Of %(rows)s messages that name gateway %(id)s nothing tells whether the old"
    " module's gateway of that id or OCA's is meant. Answer 'whatsapp_gateway',"
    " 'mail_gateway', 'reject', or the date on which the old module was upgraded: those"
    " made before it are of the old gateway.": (
        "De %(rows)s mensajes que nombran la pasarela %(id)s nada dice si es la del"
        " módulo anterior o la de OCA, que tienen el mismo id. Responda"
        " 'whatsapp_gateway', 'mail_gateway', 'reject' o la fecha en que se actualizó"
        " el módulo anterior: los creados antes son de la pasarela anterior."
    ),
    "%(messages)s messages name gateway %(id)s, which does not exist any more. They are"
    " rejected, unless you map it: --gateway-map %(id)s:<id of a gateway of today>.": (
        "%(messages)s mensajes nombran la pasarela %(id)s, que ya no existe. Se"
        " rechazan, salvo que la una con otra: --gateway-map %(id)s:<id de una pasarela"
        " de hoy>."
    ),
    "Gateway %(id)s '%(name)s' is made anew as a gateway of OCA, %(messages)s"
    " messages.": (
        "La pasarela %(id)s «%(name)s» se crea como pasarela de OCA, %(messages)s"
        " mensajes."
    ),
    "Gateway %(id)s '%(name)s' has the number of today's gateway %(gateway)s and is"
    " joined with it, %(messages)s messages.": (
        "La pasarela %(id)s «%(name)s» tiene el número de la pasarela de hoy"
        " %(gateway)s y se une con ella, %(messages)s mensajes."
    ),
    "Gateway %(id)s '%(name)s' is left behind, %(messages)s messages.": (
        "La pasarela %(id)s «%(name)s» se deja, %(messages)s mensajes."
    ),
    "Gateway %(id)s '%(name)s' is one of OCA already, %(messages)s messages.": (
        "La pasarela %(id)s «%(name)s» ya es de OCA, %(messages)s mensajes."
    ),
    # Templates
    "Template %(id)s '%(name)s' (%(messages)s messages used it): make a draft of it, or"
    " leave it behind? Drafts are not submitted to Meta.": (
        "Plantilla %(id)s «%(name)s» (la usaron %(messages)s mensajes): ¿se crea un"
        " borrador ('draft') o se deja ('skip')? Los borradores no se envían a Meta."
    ),
    "Template %(id)s '%(name)s': for which gateway? The id of one of today, or"
    " 'old:<id>' for one that is made by the migration.": (
        "Plantilla %(id)s «%(name)s»: ¿para qué pasarela? El id de una de hoy, u"
        " 'old:<id>' para una que crea la migración."
    ),
    "Template %(id)s '%(name)s': Meta asks for a category.": (
        "Plantilla %(id)s «%(name)s»: Meta exige una categoría."
    ),
    "Template %(id)s '%(name)s': in which language is it written?": (
        "Plantilla %(id)s «%(name)s»: ¿en qué idioma está escrita?"
    ),
    "{{%(name)s}} of the templates is filled from the lead's %(field)s.": (
        "{{%(name)s}} de las plantillas se llena con %(field)s del lead."
    ),
    "{{%(name)s}} of template '%(templates)s': which field of the lead is it? No plain"
    " field holds what the old module put there (contact or customer, telephone or"
    " mobile); the fields that are suggested do.": (
        "{{%(name)s}} de la plantilla «%(templates)s»: ¿qué campo del lead es?"
        " Ningún campo simple contiene lo que ponía el módulo anterior (contacto o"
        " cliente, teléfono o celular); los campos sugeridos sí."
    ),
    "{{%(name)s}} of template '%(templates)s' was no variable of the old module: which"
    " field of the lead is it? Or leave the template behind.": (
        "{{%(name)s}} de la plantilla «%(templates)s» no era una variable del módulo"
        " anterior: ¿qué campo del lead es? También puede dejar la plantilla."
    ),
    "%(count)s messages name a template that does not exist any more; they are moved"
    " all the same.": (
        "Mensajes de una plantilla que ya no existe: %(count)s. Se migran igual."
    ),
    # Numbers
    "%(count)s messages have two numbers in one field (%(samples)s): do they belong to"
    " the 'first', to the 'second', or are they left behind ('reject')?": (
        "Mensajes con dos números en un campo: %(count)s (%(samples)s). ¿Son del"
        " primero ('first'), del segundo ('second') o se dejan ('reject')?"
    ),
    "%(count)s messages have no number: they are rejected.": (
        "Mensajes sin número: %(count)s. Se rechazan."
    ),
    "%(count)s messages have words where a number should be: they are rejected, unless"
    " the decisions give the number ('phones').": (
        "Mensajes con palabras en lugar del número: %(count)s. Se rechazan, salvo que"
        " las decisiones den el número ('phones')."
    ),
    "%(count)s messages have a number that exists in no country: they are rejected,"
    " unless the decisions give the right one ('phones').": (
        "Mensajes con un número que no existe en ningún país: %(count)s. Se rechazan,"
        " salvo que las decisiones den el correcto ('phones')."
    ),
    "%(count)s people were written in several notations; each gets one conversation.": (
        "Personas escritas de varias formas: %(count)s. Cada una queda con una sola"
        " conversación."
    ),
    "%(count)s people have a number that WhatsApp writes in two ways (Brazil, Mexico,"
    " Argentina); each gets one conversation.": (
        "Personas cuyo número WhatsApp escribe de dos maneras (Brasil, México,"
        " Argentina): %(count)s. Cada una queda con una sola conversación."
    ),
    # People
    "Contact %(id)s '%(name)s' has several numbers on one gateway (%(numbers)s). Each"
    " has its conversation; which one is bound to the contact?": (
        "El contacto %(id)s «%(name)s» tiene varios números en una pasarela"
        " (%(numbers)s). Cada uno tiene su conversación; ¿cuál queda unido al contacto?"
    ),
    "%(count)s people have several leads; their conversation is linked with the lead of"
    " the latest message, the others are seen beside it.": (
        "Personas con varios leads: %(count)s. Su conversación queda unida al lead del"
        " último mensaje; los otros se ven al lado."
    ),
    "%(count)s people have no lead any more; their conversation is moved without one. A"
    " lead is made when they write again.": (
        "Personas que ya no tienen lead: %(count)s. Su conversación se migra sin"
        " lead; se crea cuando vuelvan a escribir."
    ),
    "%(count)s conversations of today are already in use. Discuss sorts by the order of"
    " writing, so their old messages go into a history conversation of their own, to"
    " read only, linked from it.": (
        "Conversaciones de hoy que ya están en uso: %(count)s. Conversaciones (Discuss)"
        " ordena por orden de escritura; por eso sus mensajes anteriores van a una"
        " conversación de historial aparte, solo de lectura, enlazada desde ella."
    ),
    "%(count)s people have a conversation already; it is used.": (
        "Personas que ya tienen una conversación: %(count)s. Se usa esa."
    ),
    "%(count)s second conversations of the old module are folded into the one of their"
    " person.": (
        "Conversaciones duplicadas del módulo anterior: %(count)s. Se unen con la de su"
        " persona."
    ),
    "%(count)s conversations of the old module have a number that cannot be read: they"
    " stay as they are.": (
        "Conversaciones del módulo anterior con un número ilegible: %(count)s. Quedan"
        " como están."
    ),
    # Messages
    "%(count)s messages are drafts that were never sent: they are left behind, or kept"
    " as a note of the conversation when you answer 'drafts' with 'note'.": (
        "Borradores que nunca se enviaron: %(count)s. Se dejan; si responde 'note' a"
        " 'drafts', quedan como nota de la conversación."
    ),
    "%(count)s messages are drafts that were never sent: they become notes of their"
    " conversation.": (
        "Borradores que nunca se enviaron: %(count)s. Quedan como notas de su"
        " conversación."
    ),
    "%(count)s messages are further copies of one that WhatsApp delivered once: they"
    " are left behind.": (
        "Copias de un mensaje que WhatsApp entregó una vez: %(count)s. Se dejan."
    ),
    "%(count)s messages stand in a conversation of Discuss already and are not"
    " doubled.": (
        "Mensajes que ya están en una conversación: %(count)s. No se duplican."
    ),
    "%(count)s messages are neither incoming nor outgoing: they are rejected.": (
        "Mensajes que no son ni recibidos ni enviados: %(count)s. Se rechazan."
    ),
    "%(count)s messages point at a lead that does not exist; they are moved into the"
    " conversation of their number.": (
        "Mensajes de un lead que no existe: %(count)s. Van a la conversación de"
        " su número."
    ),
    "%(count)s messages have no lead; they are moved into the conversation of their"
    " number.": ("Mensajes sin lead: %(count)s. Van a la conversación de su número."),
    "%(count)s messages point at a contact that does not exist; their author is who has"
    " the number today, else a guest.": (
        "Mensajes de un contacto que no existe: %(count)s. Su autor es quien tiene el"
        " número hoy o, si no hay nadie, un invitado."
    ),
    "%(count)s messages have a state that their times contradict (failed and yet"
    " delivered, sent and yet read): the furthest counts, as in the bridge.": (
        "Mensajes cuyo estado contradice sus horas (fallido y sin embargo entregado,"
        " enviado y sin embargo leído): %(count)s. Vale lo más avanzado, como en el"
        " puente."
    ),
    "%(count)s messages have times that contradict each other (read before it was"
    " delivered, delivered without having been sent); the times are taken as they"
    " are.": (
        "Mensajes con horas que se contradicen (leído antes de entregado, entregado sin"
        " enviar): %(count)s. Las horas se toman como están."
    ),
    "%(count)s messages are longer than 4096 characters; they are moved whole.": (
        "Mensajes de más de 4096 caracteres: %(count)s. Se migran completos."
    ),
    "%(count)s messages hold HTML; they are shown as the text they were sent as.": (
        "Mensajes con HTML: %(count)s. Se muestran como el texto que se envió."
    ),
    "%(count)s messages have no id of WhatsApp; a late status or a quote cannot find"
    " them.": (
        "Mensajes sin id de WhatsApp: %(count)s. Un estado tardío o una cita no los"
        " encuentra."
    ),
    # What hangs on them
    "The old messages have a history of their own: %(chatter)s lines, %(followers)s"
    " followers, %(activities)s activities. Keep it as a file in the conversation"
    " ('attach'), or leave it behind ('drop')? Followers and activities themselves are"
    " not taken along.": (
        "Los mensajes anteriores tienen historial propio: %(chatter)s líneas,"
        " %(followers)s seguidores, %(activities)s actividades. ¿Se guarda como archivo"
        " en la conversación ('attach') o se deja ('drop')? Los seguidores y las"
        " actividades mismas no se llevan."
    ),
    "%(count)s files hang on old messages; they are linked with the new ones, not"
    " copied.": (
        "Archivos adjuntos a mensajes anteriores: %(count)s. Se enlazan con los nuevos,"
        " no se copian."
    ),
}
