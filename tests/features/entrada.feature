# language: es
# Cada escenario usa una línea de WhatsApp propia y números nuevos. Los nombres
# (Ana, Luis, Marta) son clientes; «el asesor» es el que tiene el lead del cliente.
@live
Característica: Lo que envía un cliente queda en la conversación y en su lead

  @A6 @A20
  Esquema del escenario: Se lee lo que el cliente envió: <envía>
    Dado que Ana escribió "Buenos días"
    Cuando Ana envía <envía>
    Entonces el asesor de Ana lee "<lee>" en la conversación y en el lead
    Y Ana no recibe nada

    Ejemplos:
      | envía                                    | lee                             |
      | la ubicación "Parque de la 93"           | Parque de la 93                 |
      | el contacto de "Rosa Gil"                | Rosa Gil +57 310 000 0000       |
      | un pedido de 2 unidades de "CAFE-500"    | 2 x CAFE-500                    |
      | la opción "Visita el sábado" de una lista | Visita el sábado               |
      | el botón "Sí, llámenme"                  | Sí, llámenme                    |
      | la respuesta rápida "Confirmo mi cita"   | Confirmo mi cita                |
      | algo que WhatsApp no muestra             | Mensaje que no se puede mostrar |
      | un mensaje de un tipo que todavía no existe | Mensaje que no se puede mostrar |

  @A20
  Esquema del escenario: El archivo llega completo: <envía>
    Cuando Ana envía <envía>
    Entonces el asesor de Ana puede abrir el archivo que ella envió
    Y el lead de Ana muestra el mismo archivo

    Ejemplos:
      | envía                                   |
      | una imagen con el texto "Así es mi casa" |
      | un video                                |
      | el documento "plano.pdf"                |
      | una nota de voz                         |
      | un sticker                              |

  @A20
  Escenario: El texto de una imagen y el nombre de un documento se conservan
    Cuando Ana envía una imagen con el texto "Así es mi casa"
    Y Ana envía el documento "plano.pdf"
    Entonces el asesor de Ana lee "Así es mi casa" en la conversación y en el lead
    Y el asesor de Ana ve un archivo llamado "plano.pdf"

  @A20
  Escenario: Un archivo que no se pudo descargar se pide otra vez
    Dado que Meta perdió los archivos de los clientes
    Cuando Ana envía el documento "plano.pdf"
    Entonces el asesor de Ana ve el aviso "no se pudo descargar"
    Cuando Meta recupera los archivos
    Y el asesor de Ana pide descargarlo de nuevo
    Entonces el asesor de Ana puede abrir el archivo que ella envió

  @A20
  Escenario: Una reacción aparece sobre el mensaje y desaparece cuando se quita
    Dado que Ana escribió "¿Tienen parqueadero?"
    Y que el asesor de Ana respondió "Sí, es gratis"
    Cuando Ana reacciona con un pulgar arriba a "Sí, es gratis"
    Entonces el lead de Ana muestra un pulgar arriba sobre "Sí, es gratis"
    Cuando Ana quita su reacción a "Sí, es gratis"
    Entonces el lead de Ana no muestra reacciones

  @A20
  Escenario: Un mensaje que el cliente corrige muestra el texto nuevo
    Dado que Ana escribió "Nos vemos el martes"
    Cuando Ana corrige su mensaje: "Nos vemos el jueves"
    Entonces el asesor de Ana lee "Nos vemos el jueves" en la conversación y en el lead
    Y el asesor de Ana ve el aviso "Antes: Nos vemos el martes"

  @A20
  Escenario: Un mensaje que el cliente borra queda señalado
    Dado que Ana escribió "Esto no era para ustedes"
    Cuando Ana borra su mensaje
    Entonces el asesor de Ana lee "Eliminado por quien lo escribió" en la conversación y en el lead

  @A20 @A4
  Escenario: El anuncio que trajo al cliente queda en el lead
    Cuando Ana escribe "Vi su anuncio" desde el anuncio "Apartamentos en Chía"
    Entonces el lead de Ana dice que vino del anuncio "Apartamentos en Chía"
    Y el asesor de Ana ve el aviso "Apartamentos en Chía"

  @A6
  Escenario: El cliente responde a un mensaje nuestro citándolo
    Dado que Ana escribió "¿Qué horarios tienen?"
    Y que el asesor de Ana respondió "De ocho a cinco"
    Cuando Ana responde "¿También los sábados?" citando "De ocho a cinco"
    Entonces en la conversación "¿También los sábados?" cita a "De ocho a cinco"
    Y en el lead de Ana se lee "¿También los sábados?" una sola vez

  @A2 @A3
  Escenario: Meta entrega tres veces el mismo mensaje
    Dado que Ana escribió "Quiero una cotización"
    Cuando Meta entrega ese mensaje 2 veces más
    Entonces en el lead de Ana se lee "Quiero una cotización" una sola vez
    Y hay un solo lead de Ana

  @A2 @A3
  Escenario: Dos mensajes llegan en el orden contrario
    Dado que Meta entrega los dos mensajes siguientes al revés
    Cuando Ana escribe deprisa "Hola" y "Busco una oficina"
    Entonces hay un solo lead de Ana
    Y en el lead de Ana se lee "Hola" una sola vez
    Y en el lead de Ana se lee "Busco una oficina" una sola vez
