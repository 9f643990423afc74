# language: es
@live
Característica: Lo que se envía a un cliente sale una vez y se sabe qué fue de ello

  @A6 @A15
  Escenario: El asesor responde citando un mensaje del cliente
    Dado que Ana escribió "¿Cuánto cuesta?"
    Cuando el asesor de Ana responde "Dos millones" citando "¿Cuánto cuesta?"
    Entonces Meta recibe "Dos millones" como respuesta a "¿Cuánto cuesta?"
    Y en el lead de Ana se lee "Dos millones" una sola vez

  @A10
  Escenario: Se ve cuándo el mensaje fue entregado y leído
    Dado que Ana escribió "Hola"
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" se ve como entregado
    Cuando Ana lee los mensajes
    Entonces el mensaje "Con gusto" se ve como leído

  @A10
  Escenario: Las confirmaciones llegan en desorden
    Dado que el teléfono de Ana no confirma nada
    Y que Ana escribió "Hola"
    Y que el asesor de Ana respondió "Con gusto"
    Cuando llegan las confirmaciones de "Con gusto" en el orden leído, entregado, enviado
    Entonces el mensaje "Con gusto" se ve como leído

  @A10
  Escenario: La confirmación llega antes que la respuesta de Meta
    Dado que Ana escribió "Hola"
    Y que Meta confirma el próximo mensaje antes de responder
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" se ve como entregado
    Y Meta recibe "Con gusto" una sola vez

  @A11
  Esquema del escenario: Meta explica por qué no pudo entregar: <código>
    Dado que el teléfono de Ana no confirma nada
    Y que Ana escribió "Hola"
    Y que el asesor de Ana respondió "Con gusto"
    Cuando Meta avisa que "Con gusto" falló con el código <código>
    Entonces el mensaje "Con gusto" se ve como fallido
    Y la razón de "Con gusto" dice "<consejo>"

    Ejemplos:
      | código | consejo                             |
      | 131026 | Revise el número                    |
      | 131047 | envíe una plantilla                 |
      | 131053 | Revise el tipo y el tamaño del archivo |

  @A11
  Escenario: Meta rechaza el mensaje y no se intenta de nuevo
    Dado que Ana escribió "Hola"
    Y que Meta rechaza los mensajes con el código 131009
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" se ve como fallido
    Y Meta recibió una sola llamada

  @A13
  Escenario: Con la ventana de 24 horas cerrada no sale un texto
    Dado que Ana escribió "Hola" hace 30 horas
    Cuando el asesor de Ana intenta responder "¿Sigue interesada?"
    Entonces Odoo no lo permite y explica que "WhatsApp solo acepta plantillas"
    Y Ana no recibe nada

  @A13
  Escenario: Con la ventana cerrada sale una plantilla
    Dado que Meta aprobó la plantilla "recordatorio_visita" y el administrador la trajo
    Y que Ana escribió "Hola" hace 30 horas
    Cuando el asesor de Ana envía la plantilla "recordatorio_visita"
    Entonces Meta recibe una plantilla para Ana
    Y el lead de Ana muestra el texto de la plantilla

  @A22
  Escenario: Al cliente que pide no recibir mensajes no se le escribe
    Dado que Ana escribió "Hola"
    Cuando Ana escribe "STOP"
    Y el asesor de Ana intenta responder "Una última oferta"
    Entonces Odoo no lo permite y explica que "pidió que no le escriban"
    Y Ana no recibe nada

  @A22
  Escenario: Quien supervisa permite escribir de nuevo al que aceptó
    Dado que la línea es del equipo de la supervisora o el supervisor
    Y que Ana escribió "STOP"
    Cuando quien supervisa permite escribirle de nuevo a Ana
    Y el asesor de Ana responde "Gracias por aceptar"
    Entonces Meta recibe "Gracias por aceptar" una sola vez

  @A11 @A12
  Escenario: Los archivos que ya llegaron no se repiten cuando falla el texto
    Dado que Ana escribió "¿Tienen catálogo?"
    Y que Meta falla una vez con los textos
    Cuando el asesor de Ana envía los archivos "casas.pdf" y "lotes.pdf" con el texto "Aquí los tiene"
    Y el administrador adelanta el reintento de "Aquí los tiene"
    Entonces Meta recibe "Aquí los tiene" una sola vez
    Y Ana recibió los dos archivos una sola vez, antes que el texto

  @solo_en_segundo_plano
  Escenario: El asesor no espera a Meta
    Sin segundo plano no vale: el mensaje sale al guardar, y el asesor espera a Meta.

    Dado que Ana escribió "Hola"
    Y que Meta tarda 4 segundos en responder
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el asesor de Ana sigue con su trabajo antes de que Meta responda
    Y Meta recibe "Con gusto" una sola vez
