# language: es
@live
Característica: Una persona tiene una conversación y un lead

  @A3
  Esquema del escenario: El número se reconoce escrito como sea: <escrito>
    Dado que el asesor A anotó un lead con el teléfono "<escrito>"
    Cuando escribe alguien desde el número "<WhatsApp>"
    Entonces el mensaje está en el lead que anotó el asesor A
    Y no hay otro lead con ese número

    Ejemplos: Colombia
      | escrito           | WhatsApp     |
      | 3012345678        | 573012345678 |
      | (301) 234-5678    | 573012345678 |
      | 57 301 234 5678   | 573012345678 |
      | 0057 301 2345678  | 573012345678 |

    Ejemplos: países que escriben el mismo número de dos maneras
      | escrito            | WhatsApp      |
      | +55 11 98765-4321  | 551187654321  |
      | +52 1 55 8765 4321 | 525587654321  |
      | +54 11 8765-4321   | 5491187654321 |

  @A3 @A7
  Escenario: El segundo mensaje va al mismo lead
    Dado que Ana escribió "Hola"
    Cuando Ana escribe "¿Me pueden llamar?"
    Entonces hay un solo lead de Ana
    Y en el lead de Ana se lee "¿Me pueden llamar?" una sola vez
    Y el lead de Ana tiene una sola llamada pendiente

  @A4
  Escenario: Un cliente sin nombre en su perfil
    Dado que Ana no tiene nombre en WhatsApp
    Cuando Ana escribe "Hola"
    Entonces el lead de Ana lleva su número en el nombre

  @A4
  Escenario: El lead perdido se abre de nuevo
    Dado que Ana escribió "Hola"
    Y que el asesor de Ana marcó el lead como perdido
    Cuando Ana escribe "Lo pensé mejor"
    Entonces hay un solo lead de Ana
    Y el lead de Ana está abierto y sigue con su asesor

  @A4
  Escenario: Después de un lead ganado empieza uno nuevo
    Dado que Ana escribió "Hola"
    Y que el asesor de Ana marcó el lead como ganado
    Cuando Ana escribe "Quiero comprar otro"
    Entonces Ana tiene dos leads en la misma conversación
    Y el mensaje "Quiero comprar otro" está solo en el lead nuevo

  @A7
  Escenario: El cliente que vuelve sigue con su asesor y no gasta turno
    Dado que Ana escribió "Hola" y la atiende el asesor A
    Cuando Ana escribe "¿Sigue disponible?"
    Y Luis escribe "Buenas tardes"
    Entonces el lead de Ana es del asesor A
    Y el lead de Luis es del asesor B

  @A3 @A21
  Escenario: El cliente cambia de número
    Dado que Ana escribió "Hola"
    Cuando Ana cambia de número
    Y Ana escribe "Este es mi número nuevo"
    Entonces Ana tiene un solo lead, con el número nuevo
    Y en el lead de Ana se lee "Hola" una sola vez
    Y en el lead de Ana se lee "Este es mi número nuevo" una sola vez

  @A21
  Escenario: Un cliente que oculta su número tiene lead y recibe respuesta
    Dado que Ana oculta su número
    Cuando Ana escribe "Hola"
    Y el asesor de Ana responde "Con gusto"
    Entonces Meta recibe "Con gusto" para la identidad oculta de Ana
    Y hay un solo lead de Ana

  @A21
  Escenario: El número que se ocultaba aparece después
    Dado que Ana oculta su número
    Y que Ana escribió "Hola"
    Cuando Ana muestra su número
    Y Ana escribe "Ya pueden llamarme"
    Entonces Ana tiene un solo lead, con su número
    Y en el lead de Ana se lee "Hola" una sola vez

  @A3
  Escenario: El cliente que ya es un contacto
    Dado que el asesor A tiene a Ana entre sus contactos
    Cuando Ana escribe "Hola otra vez"
    Entonces el lead de Ana es de ese contacto
    Y el autor de "Hola otra vez" es ese contacto

  @A16
  Escenario: Un cliente escribe a dos líneas del negocio
    Dado que el negocio tiene otra línea llamada "Posventa"
    Y que Ana escribió "Hola"
    Cuando Ana escribe "Mi garantía" a la línea "Posventa"
    Entonces hay un solo lead de Ana
    Y el lead de Ana tiene una conversación en cada línea
    Cuando el asesor de Ana responde "Ya la revisamos"
    Entonces "Ya la revisamos" sale por la línea "Posventa"

  @A16
  Escenario: Las dos líneas comparten la dirección del webhook
    Dado que el negocio tiene otra línea llamada "Posventa"
    Y que Meta llama para "Posventa" a la dirección de la primera línea
    Cuando Ana escribe "Mi garantía" a la línea "Posventa"
    Entonces la conversación de Ana está en la línea "Posventa"
    Y la primera línea no tiene conversaciones
