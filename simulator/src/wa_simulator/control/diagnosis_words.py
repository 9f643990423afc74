"""The words of the diagnosis: what is wrong, and what to do, in both languages.

code -> language -> (what, what to do); the places in braces are filled in.
"""

Words = dict[str, tuple[str, str]]

WORDS: dict[str, Words] = {
    "no_subscription": {
        "en": (
            "No webhook subscription: nobody is told anything.",
            "Subscribe the address of your webhook under World, or "
            "POST /_sim/webhooks/subscription.",
        ),
        "es": (
            "No hay suscripción de webhook: no se le avisa a nadie.",
            "Suscriba la dirección de su webhook en Mundo, o con "
            "POST /_sim/webhooks/subscription.",
        ),
    },
    "handshake_failed": {
        "en": (
            "The last handshake failed: {error}",
            "Your webhook must answer the GET with 200 and hub.challenge alone, when "
            "hub.verify_token is the one it expects ({token} here). Then subscribe "
            "again.",
        ),
        "es": (
            "La última verificación (handshake) falló: {error}",
            "Su webhook debe responder al GET con 200 y solo hub.challenge, cuando "
            "hub.verify_token es el que espera (aquí {token}). Luego suscriba otra "
            "vez.",
        ),
    },
    "disabled": {
        "en": (
            "The subscription of {url} was disabled after {count} failures in a row.",
            "Mend the webhook, then enable the subscription under World; what was lost "
            "stays lost.",
        ),
        "es": (
            "La suscripción de {url} se inhabilitó tras {count} fallos seguidos.",
            "Arregle el webhook y habilite la suscripción en Mundo; lo perdido queda "
            "perdido.",
        ),
    },
    "waba_unsubscribed": {
        "en": (
            "The account (WABA) {waba} is not subscribed: Meta is silent for all its "
            "numbers.",
            "POST /{waba}/subscribed_apps with your token, or subscribe under World.",
        ),
        "es": (
            "La cuenta (WABA) {waba} no está suscrita: Meta calla para todos sus "
            "números.",
            "Haga POST /{waba}/subscribed_apps con su token, o suscríbala en Mundo.",
        ),
    },
    "number_without_callback": {
        "en": (
            "The number {number} has no callback: the subscriptions are of other "
            "numbers or accounts.",
            "Subscribe with scope app, with its account or with the number itself.",
        ),
        "es": (
            "El número {number} no tiene a quién avisar: las suscripciones son de "
            "otros números o cuentas.",
            "Suscriba con alcance app, con su cuenta o con el número mismo.",
        ),
    },
    "silent": {
        "en": (
            "{count} event(s) found nobody subscribed and are lost: {reason}.",
            "After subscribing, write again: as at Meta, they are not made up for.",
        ),
        "es": (
            "{count} evento(s) no encontraron suscripción y se perdieron: {reason}.",
            "Después de suscribir, escriba otra vez: como en Meta, no se reponen.",
        ),
    },
    "unauthorised": {
        "en": (
            "Your webhook refuses with {status}: {count} delivery(ies), last to {url}.",
            "It most likely checks the signature with another app secret: this one "
            "signs with {secret}. Check it over the exact bytes, before parsing.",
        ),
        "es": (
            "Su webhook rechaza con {status}: {count} entrega(s), la última a {url}.",
            "Probablemente verifica la firma con otro secreto de app: aquí se firma "
            "con {secret}. Verifique sobre los bytes exactos, antes de interpretarlos.",
        ),
    },
    "not_there": {
        "en": (
            "Your webhook's address answers {status}: {count} delivery(ies), last to "
            "{url}.",
            "Correct the path, or the method it accepts (POST), and subscribe again.",
        ),
        "es": (
            "La dirección de su webhook responde {status}: {count} entrega(s), la "
            "última a {url}.",
            "Corrija la ruta, o el método que acepta (POST), y suscriba otra vez.",
        ),
    },
    "redirects": {
        "en": (
            "Your webhook answers {status}: {count} delivery(ies), last to {url}.",
            "Only 200 succeeds and redirects are not followed: subscribe the final "
            "address, answer 200.",
        ),
        "es": (
            "Su webhook responde {status}: {count} entrega(s), la última a {url}.",
            "Solo 200 vale y no se siguen redirecciones: suscriba la dirección final "
            "y responda 200.",
        ),
    },
    "receiver_error": {
        "en": (
            "Your webhook fails with {status}: {count} delivery(ies), last to {url}.",
            "Look into its log; answer 200 first and work later. Then send them again.",
        ),
        "es": (
            "Su webhook falla con {status}: {count} entrega(s), la última a {url}.",
            "Mire su bitácora; responda 200 primero y trabaje después. Luego reenvíe.",
        ),
    },
    "public_callback": {
        "en": (
            "The callback was refused here: {error}",
            "A fake posts to this machine and private networks only. Use such an "
            "address, or start with --allow-callbacks HOST if the host is yours.",
        ),
        "es": (
            "El simulador no envía a esa dirección: {error}",
            "Un simulador solo envía a esta máquina y a redes privadas. Use una "
            "dirección así, o arranque con --allow-callbacks HOST si es suya.",
        ),
    },
    "timeout": {
        "en": (
            "Your webhook did not answer in time: {count} delivery(ies), last to "
            "{url}.",
            "Answer 200 at once and work later; the limit is {limit} s "
            "(answer_timeout).",
        ),
        "es": (
            "Su webhook no respondió a tiempo: {count} entrega(s), la última a {url}.",
            "Responda 200 de inmediato y trabaje después; el límite es {limit} s "
            "(answer_timeout).",
        ),
    },
    "unreachable": {
        "en": (
            "Your webhook cannot be reached: {count} delivery(ies), last to {url}: "
            "{error}",
            "Is it running, on this port, reachable from here? In a container, "
            "127.0.0.1 is the container itself.",
        ),
        "es": (
            "No se llega a su webhook: {count} entrega(s), la última a {url}: {error}",
            "¿Está corriendo, en ese puerto, y se ve desde aquí? En un contenedor, "
            "127.0.0.1 es el contenedor mismo.",
        ),
    },
    "frozen_due": {
        "en": (
            "The clock is frozen and {count} delivery(ies) wait for a later time, "
            "the next in {seconds} s.",
            "Advance the clock, or send now what waits.",
        ),
        "es": (
            "El reloj está detenido y {count} entrega(s) esperan una hora posterior, "
            "la próxima dentro de {seconds} s.",
            "Adelante el reloj, o envíe ya lo que espera.",
        ),
    },
    "waiting": {
        "en": (
            "{count} delivery(ies) wait for their next attempt, the first in "
            "{seconds} s.",
            "Wait, or send now what waits.",
        ),
        "es": (
            "{count} entrega(s) esperan su próximo intento, la primera dentro de "
            "{seconds} s.",
            "Espere, o envíe ya lo que espera.",
        ),
    },
    "in_flight": {
        "en": (
            "{count} delivery(ies) are waiting for your webhook's answer right now.",
            "If it lasts: your webhook hangs. The limit is {limit} s.",
        ),
        "es": (
            "{count} entrega(s) esperan en este momento la respuesta de su webhook.",
            "Si dura: su webhook está colgado. El límite es {limit} s.",
        ),
    },
    "fault_active": {
        "en": (
            "The fault '{name}' ({id}) is on, scope: {scope}; it struck {fired} "
            "time(s).",
            "Turn it off if you did not want it.",
        ),
        "es": (
            "La falla «{name}» ({id}) está activa, alcance: {scope}; actuó {fired} "
            "vez(ces).",
            "Apáguela si no la quería.",
        ),
    },
    "bad_token": {
        "en": (
            "The last call of the business was refused with {graph_code}: {message}",
            "Give your client the token {token}.",
        ),
        "es": (
            "La última llamada del negocio fue rechazada con {graph_code}: {message}",
            "Dé a su cliente el token {token}.",
        ),
    },
    "call_failed": {
        "en": (
            "The last call of the business, {method} {path}, failed with {status}: "
            "{message}",
            "Open it in the journal: request and answer are there.",
        ),
        "es": (
            "La última llamada del negocio, {method} {path}, falló con {status}: "
            "{message}",
            "Ábrala en la bitácora: ahí están la petición y la respuesta.",
        ),
    },
    "refused_host": {
        "en": (
            "A program asked for {host} through the proxy and was refused.",
            "Only Meta's hosts are answered. Check the address your client calls.",
        ),
        "es": (
            "Un programa pidió {host} por el proxy y se le negó.",
            "Solo se responde por los hosts de Meta. Revise la dirección que llama.",
        ),
    },
    "never_called": {
        "en": (
            "No call of a business has come in during this run.",
            "Point your client to {url} (or use wa-simulator env) with the token "
            "{token} and the number id {number}.",
        ),
        "es": (
            "En esta corrida no ha llegado ninguna llamada del negocio.",
            "Dirija su cliente a {url} (o use wa-simulator env) con el token {token} "
            "y el id de número {number}.",
        ),
    },
    "customer_waits": {
        "en": (
            "{name} is {presence}: {count} message(s) of the business do not get "
            "further than that.",
            "Set the presence to online, or give the status by hand.",
        ),
        "es": (
            "{name} está en «{presence}»: {count} mensaje(s) del negocio no pasan de "
            "ahí.",
            "Ponga la presencia en línea, o dé el estado a mano.",
        ),
    },
    "advice": {
        "en": (
            "It passes, but Meta would not like it: {text}.",
            "Change your client or webhook; entry {seq} of the journal shows the last "
            "one.",
        ),
        "es": (
            "Pasa, pero a Meta no le gustaría: {text}.",
            "Cambie su cliente o webhook; la entrada {seq} de la bitácora muestra el "
            "último caso.",
        ),
    },
    "journal_full": {
        "en": (
            "The journal is full: {count} old entries fell out.",
            "Export it earlier, or reset between trials.",
        ),
        "es": (
            "La bitácora está llena: {count} entradas viejas se cayeron.",
            "Expórtela antes, o reinicie entre pruebas.",
        ),
    },
    "all_well": {
        "en": (
            "Deliveries arrive: the last one was answered with 200.",
            "If your screen shows nothing, the cause lies behind your webhook: look "
            "into your own log.",
        ),
        "es": (
            "Las entregas llegan: la última se respondió con 200.",
            "Si su pantalla no muestra nada, la causa está detrás de su webhook: mire "
            "su propia bitácora.",
        ),
    },
    "nothing_yet": {
        "en": (
            "Nothing has been sent yet: there was nothing to deliver.",
            "Write as a customer under Phones, then look here again.",
        ),
        "es": (
            "Todavía no se ha enviado nada: no había qué entregar.",
            "Escriba como cliente en Teléfonos y vuelva a mirar aquí.",
        ),
    },
}
