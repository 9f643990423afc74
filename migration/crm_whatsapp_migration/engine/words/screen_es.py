"""Words that only the screen says of a plan."""

WORDS: dict[str, str] = {
    "%(messages)s messages name gateway %(id)s, which does not exist any more. Without"
    " an answer they are rejected: which gateway of today shall have their history?": (
        "%(messages)s mensajes nombran la pasarela %(id)s, que ya no existe. Sin"
        " respuesta se rechazan: ¿qué pasarela de hoy recibe su historial?"
    ),
    "%(count)s messages are drafts that were never sent. Without an answer they are"
    " left behind: shall they be notes of their conversation?": (
        "Borradores que nunca se enviaron: %(count)s. Sin respuesta se dejan: ¿quedan"
        " como notas de su conversación?"
    ),
}
