"""Words of what is wrong with a decisions file."""

WORDS: dict[str, str] = {
    "%(path)s: there is no such file": "%(path)s: no existe ese archivo",
    "%(path)s: cannot be read (%(error)s)": "%(path)s: no se puede leer (%(error)s)",
    "%(path)s: is not JSON, line %(line)s, column %(column)s: %(error)s": (
        "%(path)s: no es JSON válido, línea %(line)s, columna %(column)s: %(error)s"
    ),
    "%(path)s: is not text in UTF-8": "%(path)s: no es texto en UTF-8",
    "%(path)s: must be a JSON object, {…}": "%(path)s: debe ser un objeto JSON, {…}",
    "version: %(value)r is not known, this program reads %(known)s": (
        "version: %(value)r no se conoce; este programa lee %(known)s"
    ),
    "%(where)s: no question has this name; known are %(known)s": (
        "%(where)s: ninguna pregunta se llama así; las hay: %(known)s"
    ),
    "%(where)s: %(value)r is no answer; answers are %(known)s": (
        "%(where)s: %(value)r no es una respuesta; las hay: %(known)s"
    ),
    "%(where)s: must be an object, {…}": "%(where)s: debe ser un objeto, {…}",
    "%(where)s: this is not an id": "%(where)s: eso no es un número de registro",
    "%(where)s: must be an object, as {'action': 'skip'}": (
        "%(where)s: debe ser un objeto, como {'action': 'skip'}"
    ),
    "%(where)s: '%(action)s' needs an id here": (
        "%(where)s: '%(action)s' necesita aquí un número de registro"
    ),
    "%(where)s: %(value)r is not a language as 'es' or 'es_AR'": (
        "%(where)s: %(value)r no es un idioma como 'es' o 'es_AR'"
    ),
    "%(where)s: %(value)r is neither an id nor 'old:<id>'": (
        "%(where)s: %(value)r no es un número de registro ni 'old:<número>'"
    ),
    "%(where)s: is not known; known are %(known)s": (
        "%(where)s: no se conoce; se conocen %(known)s"
    ),
    "%(where)s: %(value)r is no answer; answers are whatsapp_gateway, mail_gateway,"
    " reject, or a date as 2026-01-23": (
        "%(where)s: %(value)r no es una respuesta; las hay: whatsapp_gateway,"
        " mail_gateway, reject, o una fecha como 2026-01-23"
    ),
    "%(where)s: %(value)r is not text": "%(where)s: %(value)r no es un texto",
    "%(where)s: %(value)r is not a field as partner_id.name": (
        "%(where)s: %(value)r no es un campo como partner_id.name"
    ),
    "%(where)s: %(value)r is not a number as 573012345678": (
        "%(where)s: %(value)r no es un número como 573012345678"
    ),
}
