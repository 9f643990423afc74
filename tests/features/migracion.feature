# language: es
@live @solo_en_laboratorio
Característica: La historia del módulo anterior continúa en las conversaciones
  Fuera de un laboratorio no vale: se crean y se borran las tablas del módulo
  anterior, y el administrador trabaja en la consola del servidor.

  @C2 @C3 @C4
  Escenario: El módulo anterior enviaba directamente por WhatsApp
    Dado que el módulo anterior enviaba directamente por WhatsApp
    Y que guardó del lead de Ana, que lleva el asesor A:
      | quién  | texto             | estado    |
      | Ana    | ¿Tienen camisas?  |           |
      | asesor | Sí, de algodón    | leído     |
      | asesor | ¿Le aparto una?   | entregado |
      | asesor | Quedan dos        | fallido   |
    Cuando el administrador hace la migración
    Entonces la conversación de Ana dice en orden:
      | quién  | texto             | estado    |
      | Ana    | ¿Tienen camisas?  |           |
      | asesor | Sí, de algodón    | leído     |
      | asesor | ¿Le aparto una?   | entregado |
      | asesor | Quedan dos        | fallido   |
    Y el asesor de Ana no tiene nada sin leer
    Y nada volvió a salir por WhatsApp
    Y hay un solo lead de Ana
    Y la comprobación no encuentra diferencias

  @C2 @C3
  Escenario: El módulo anterior enviaba por la pasarela de la OCA
    Dado que el módulo anterior enviaba por la pasarela de la OCA
    Y que guardó del lead de Ana, que lleva el asesor A:
      | quién  | texto                  | estado    |
      | asesor | Su pedido va en camino | leído     |
      | asesor | Ya debe estar allá     | entregado |
      | Ana    | Llegó, gracias         |           |
    Cuando el administrador hace la migración
    Entonces la línea tiene una sola conversación
    Y la conversación de Ana dice en orden:
      | quién  | texto                  | estado    |
      | asesor | Su pedido va en camino | leído     |
      | asesor | Ya debe estar allá     | entregado |
      | Ana    | Llegó, gracias         |           |
    Y nada volvió a salir por WhatsApp
    Y la comprobación no encuentra diferencias

  @C2
  Escenario: El módulo anterior cambió de pasarela a mitad de camino
    Dado que el módulo anterior enviaba directamente por WhatsApp
    Y que guardó del lead de Ana, que lleva el asesor A:
      | quién  | texto             | estado    |
      | Ana    | ¿Tienen camisas?  |           |
      | asesor | Sí, de algodón    | leído     |
    Y que después pasó a la pasarela de la OCA
    Y que guardó del lead de Luis, que lleva el asesor B:
      | quién  | texto             | estado    |
      | asesor | Su factura        | entregado |
    Cuando el administrador hace la migración
    Entonces la conversación de Ana dice en orden:
      | quién  | texto             | estado    |
      | Ana    | ¿Tienen camisas?  |           |
      | asesor | Sí, de algodón    | leído     |
    Y la conversación de Luis dice en orden:
      | quién  | texto             | estado    |
      | asesor | Su factura        | entregado |

  @C3
  Escenario: El cliente responde a un mensaje de antes de la migración
    Dado que el módulo anterior enviaba por un número que todavía no está en Odoo
    Y que el asesor A le envió con él a Ana "¿Le aparto una camisa?"
    Cuando el administrador hace la migración
    Y el administrador conecta con Meta la línea que quedó
    Y Ana responde "Sí, la azul" citando "¿Le aparto una camisa?"
    Entonces hay un solo lead de Ana
    Y el lead de Ana es del asesor A
    Y la línea tiene una sola conversación
    Y en la conversación "Sí, la azul" cita a "¿Le aparto una camisa?"

  @C3
  Escenario: Una confirmación tardía encuentra el mensaje de antes
    Dado que el módulo anterior enviaba por un número que todavía no está en Odoo
    Y que el asesor A le envió con él a Ana "¿Le aparto una camisa?"
    Cuando el administrador hace la migración
    Y el administrador conecta con Meta la línea que quedó
    Y llega la confirmación de "¿Le aparto una camisa?": leído
    Entonces el asesor de Ana ve "¿Le aparto una camisa?" como leído

  @C5
  Escenario: La migración se corta y se retoma
    Dado que el módulo anterior enviaba directamente por WhatsApp
    Y que guardó 600 mensajes de Ana, que lleva el asesor A
    Cuando la migración se corta de golpe
    Entonces la migración quedó a medias
    Cuando el administrador la hace otra vez
    Entonces la conversación de Ana tiene los 600 mensajes, cada uno una vez
    Y la comprobación no encuentra diferencias

  @C5
  Escenario: La migración se hace dos veces
    Dado que el módulo anterior enviaba directamente por WhatsApp
    Y que guardó 30 mensajes de Ana, que lleva el asesor A
    Cuando el administrador hace la migración
    Y el administrador la hace otra vez
    Entonces no quedaba nada por migrar
    Y la conversación de Ana tiene los 30 mensajes, cada uno una vez

  @C5
  Escenario: La migración se deshace y se puede hacer de nuevo
    Dado que el módulo anterior enviaba directamente por WhatsApp
    Y que guardó 30 mensajes de Ana, que lleva el asesor A
    Cuando el administrador hace la migración
    Y el administrador la deshace
    Entonces la primera línea no tiene conversaciones
    Y el módulo anterior conserva todos sus mensajes
    Cuando el administrador hace la migración
    Entonces la conversación de Ana tiene los 30 mensajes, cada uno una vez

  @C5
  Escenario: Lo que llegó después no se borra sin preguntar
    Dado que el módulo anterior enviaba directamente por WhatsApp
    Y que guardó 3 mensajes de Ana, que lleva el asesor A
    Cuando el administrador hace la migración
    Y Ana escribe "Hola otra vez"
    Y el administrador intenta deshacerla
    Entonces no se deshace: hay mensajes que llegaron después
    Y en el lead de Ana se lee "Hola otra vez" una sola vez

  @C2 @C3
  Escenario: La pasarela era de Twilio y nadie ha decidido qué hacer con ella
    Dado que el módulo anterior enviaba por "Twilio de la feria", de Twilio
    Y que guardó 3 mensajes de Ana, que lleva el asesor A
    Cuando el administrador intenta la migración
    Entonces la migración no empieza y pregunta por "Twilio de la feria"
    Cuando el administrador decide que "Twilio de la feria" sea la línea y hace la migración
    Entonces la conversación de Ana tiene los 3 mensajes, cada uno una vez
    Y la línea tiene una sola conversación
