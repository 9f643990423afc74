"""Words of verification: what each check looks at, and what to do when it fails."""

WORDS: dict[str, str] = {
    "The old tables are there to compare with. Without them nothing of what was moved"
    " can be compared: restore them from a backup into a copy and verify there.": (
        "Están las tablas anteriores con las que se compara. Sin ellas no se puede"
        " comparar nada de lo migrado: restáurelas de un respaldo en una copia y"
        " verifique allí."
    ),
    "No text is shown twice in a conversation within a minute because it came from two"
    " places. Look at the messages that are named: roll back and correct the decisions"
    " if they are one and the same.": (
        "Ningún texto se ve dos veces en una conversación dentro de un minuto por venir"
        " de dos partes. Mire los mensajes que se nombran: si son uno solo, revierta y"
        " corrija las decisiones."
    ),
    "Every old message that was found in a conversation is shown there, as often as the"
    " old table has it. Of those named the text is not there.": (
        "Todo mensaje anterior que ya estaba en una conversación se ve en ella, tantas"
        " veces como en la tabla anterior. De los que se nombran falta el texto."
    ),
    # Sums and ledger
    "Rows of the old table = moved + already there + skipped + rejected."
    " Where a row is missing, run the migration again: it takes what is left.": (
        "Registros de la tabla anterior = migrados + ya estaban + omitidos +"
        " rechazados. Si falta alguno, ejecute de nuevo: se toma lo que falta."
    ),
    "What an old row became is there. If somebody deleted it, the ledger still"
    " says that it was moved.": (
        "Lo que salió de cada registro anterior existe. Si alguien lo borró, la"
        " bitácora todavía dice que se migró: restaure la copia de seguridad o anote el"
        " borrado."
    ),
    "Each moved message became a message of its own.": (
        "De cada mensaje migrado salió un solo mensaje, y ninguno sirve para dos."
    ),
    "A moved message bears the id of its old row.": (
        "Cada mensaje migrado lleva el número del registro del que salió."
    ),
    "Every migrated message is in the ledger; one that is not was made twice"
    " or left by a rollback.": (
        "Todo mensaje migrado está en la bitácora; el que no, se hizo dos veces o quedó"
        " de una reversión."
    ),
    "The reason for which an old row was left behind is true of that row.": (
        "El motivo por el que un registro anterior no se migró es cierto."
    ),
    # Figures before and after
    "A migration leaves this as it was. People who worked meanwhile change it as well:"
    " compare on a copy where nobody works.": (
        "La migración no lo cambia. También cambia si alguien trabajó mientras tanto:"
        " compare en una copia donde nadie trabaje."
    ),
    "A migration never adds to this.": "La migración nunca lo aumenta.",
    "A migration never takes from this.": "La migración nunca lo disminuye.",
    # Counts
    "Messages per month are the same before and after.": (
        "Los mensajes de cada mes son los mismos antes y después."
    ),
    "Received and sent messages are as many as before.": (
        "Hay tantos mensajes recibidos y enviados como antes."
    ),
    "Messages per number are in conversations of that number: the last eight"
    " digits of the old number are those of the conversation.": (
        "Los mensajes de cada número están en conversaciones de ese número: los últimos"
        " ocho dígitos del número anterior son los de la conversación."
    ),
    "Messages per gateway are those of the gateway that took its place.": (
        "Los mensajes de cada pasarela están en la pasarela que tomó su lugar."
    ),
    "Messages per state are the same before and after; a state that WhatsApp told"
    " since may be further.": (
        "Los mensajes de cada estado son los mismos antes y después; un estado que"
        " WhatsApp avisó luego puede ir más adelante."
    ),
    # Texts, times, authors, order
    "The checksum of all texts is that of the old texts; messages that somebody"
    " edited since are left out.": (
        "La suma de comprobación de los textos es la de los textos anteriores; los"
        " mensajes que alguien editó después no entran."
    ),
    "These messages do not say what their old rows say.": (
        "Estos mensajes no dicen lo que decía su registro anterior."
    ),
    "No message holds HTML other than paragraphs, line ends and emphasis.": (
        "Ningún mensaje trae HTML distinto de párrafos, saltos de línea y énfasis."
    ),
    "Each message has the time of its old row; of one without a possible date nothing"
    " is compared.": (
        "Cada mensaje tiene la fecha y hora de su registro anterior; si este no tiene"
        " una fecha posible, no se compara."
    ),
    "Each message has an author.": "Cada mensaje tiene un autor.",
    "What came in is not written by one of our users.": (
        "Lo recibido no aparece escrito por uno de nuestros usuarios."
    ),
    "What went out is not written by a guest.": (
        "Lo enviado no aparece escrito por un invitado."
    ),
    "In each conversation the messages stand in the order of their times.": (
        "En cada conversación los mensajes están en el orden de sus fechas."
    ),
    # Conversations and leads
    "Rows with the same number and gateway are in one conversation; history"
    " that came late stands in one of its own beside it.": (
        "Los registros con el mismo número y pasarela están en una sola conversación;"
        " la historia que llegó tarde está en una propia, al lado."
    ),
    "Each migrated message is in a conversation of a gateway.": (
        "Cada mensaje migrado está en una conversación de una pasarela."
    ),
    "No two conversations of a gateway have the same number.": (
        "No hay dos conversaciones de una pasarela con el mismo número."
    ),
    "No conversation that a run made is empty.": (
        "Ninguna conversación que hizo la migración está vacía."
    ),
    "The customer is a member of each conversation that a run made.": (
        "El cliente es miembro de cada conversación que hizo la migración."
    ),
    "A conversation whose old rows name a lead has a lead.": (
        "Toda conversación cuyos registros anteriores nombran un lead lo tiene."
    ),
    "A lead with migrated messages knows a conversation.": (
        "Todo lead con mensajes migrados conoce una conversación."
    ),
    "A lead has one note of the migration, not a copy of its history.": (
        "Cada lead tiene una sola nota de la migración, no una copia de la historia."
    ),
    # States
    "Each sent message has one line of state, what came in has none.": (
        "Cada mensaje enviado tiene un solo estado; lo recibido no tiene ninguno."
    ),
    "The state is the furthest that the old row tells, or one that WhatsApp told"
    " since.": (
        "El estado es el más avanzado que dice el registro anterior, o uno que WhatsApp"
        " avisó después."
    ),
    "Odoo's own status of a message says the same as WhatsApp's.": (
        "El estado que muestra Odoo dice lo mismo que el de WhatsApp."
    ),
    "Times of sending, delivery and reading are the old ones.": (
        "Las horas de envío, entrega y lectura son las anteriores."
    ),
    "Each sent message is found by WhatsApp's id, in its conversation.": (
        "Cada mensaje enviado se encuentra por su identificador de WhatsApp, en su"
        " conversación."
    ),
    "Each received message is found by WhatsApp's id.": (
        "Cada mensaje recibido se encuentra por su identificador de WhatsApp."
    ),
    "An id of WhatsApp names one message of a gateway.": (
        "Un identificador de WhatsApp nombra un solo mensaje de una pasarela."
    ),
    # Files
    "Each moved file belongs to a conversation that is there.": (
        "Cada archivo migrado pertenece a una conversación que existe."
    ),
    "No file hangs on an old row that was moved.": (
        "Ningún archivo quedó colgado de un registro anterior ya migrado."
    ),
    "Each file of an old row is on the message that the row became.": (
        "Cada archivo de un registro anterior está en el mensaje que salió de él."
    ),
    "Each moved file can be opened and is what it was.": (
        "Cada archivo migrado se puede abrir y es el mismo de antes. Si no, recupérelo"
        " de la copia de seguridad del filestore."
    ),
    # Silence
    "No e-mail was made of a migrated message.": (
        "No salió ningún correo por un mensaje migrado."
    ),
    "Nobody has a notification of a migrated message.": (
        "Nadie tiene una notificación de un mensaje migrado."
    ),
    "No conversation that a run made has followers.": (
        "Ninguna conversación que hizo la migración tiene seguidores."
    ),
    "No migrated message waits to be sent.": (
        "Ningún mensaje migrado está en cola para enviarse."
    ),
    "No migrated message counts as unread for a user.": (
        "Ningún mensaje migrado le aparece sin leer a un usuario."
    ),
    "No conversation that a run made stands in a sidebar, unless something"
    " happened in it since.": (
        "Ninguna conversación que hizo la migración aparece en la barra lateral, salvo"
        " que después haya pasado algo en ella."
    ),
    # Orphans and folded conversations
    "No messages belong to a conversation that does not exist.": (
        "No hay mensajes de una conversación que no existe."
    ),
    "No files belong to a conversation that does not exist.": (
        "No hay archivos de una conversación que no existe."
    ),
    "No followers belong to a conversation that does not exist.": (
        "No hay seguidores de una conversación que no existe."
    ),
    "No activities belong to a conversation that does not exist.": (
        "No hay actividades de una conversación que no existe."
    ),
    "Each message of a folded conversation is where the ledger says.": (
        "Cada mensaje de una conversación duplicada está donde dice la bitácora."
    ),
    "A folded conversation is archived: nothing new is written there.": (
        "Toda conversación duplicada está archivada: nada nuevo se escribe allí."
    ),
    "No message stands twice in a conversation that was folded into.": (
        "Ningún mensaje está dos veces en una conversación que recibió una duplicada."
    ),
}
