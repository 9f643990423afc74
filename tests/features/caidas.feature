# language: es
@live
Característica: Cuando algo falla no se pierde ni se repite ningún mensaje

  @A11
  Escenario: Después de una caída los mensajes salen en orden
    Dado que Ana escribió "Hola"
    Y que WhatsApp está caído
    Cuando el asesor de Ana responde "Uno"
    Y el asesor de Ana responde "Dos"
    Y el asesor de Ana responde "Tres"
    Y WhatsApp vuelve y el administrador adelanta el reintento de "Uno"
    Entonces Ana recibe en orden "Uno", "Dos", "Tres"

  @A11
  Escenario: Una caída da un solo aviso, y otro cuando termina
    Dado que Ana escribió "Hola"
    Y que Luis escribió "Buenas"
    Y que WhatsApp está caído
    Cuando el asesor de Ana responde "Para Ana"
    Y el asesor de Luis responde "Para Luis"
    Y los mensajes "Para Ana" y "Para Luis" agotan sus reintentos
    Entonces el administrador tiene un solo aviso de la línea
    Cuando WhatsApp vuelve y el asesor de Ana reintenta "Para Ana"
    Entonces Meta recibe "Para Ana" una sola vez
    Y el administrador recibe el aviso "funciona de nuevo"

  @A12
  Escenario: La respuesta de Meta se pierde y la confirmación lo aclara
    Dado que el teléfono de Ana no confirma nada
    Y que Ana escribió "Hola"
    Y que se pierde la respuesta de Meta al próximo mensaje
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" queda incierto
    Cuando llega la confirmación de "Con gusto": entregado
    Entonces el mensaje "Con gusto" se ve como entregado
    Y Meta recibe "Con gusto" una sola vez

  @A12
  Escenario: Nadie confirma y una persona decide
    Dado que el teléfono de Ana no confirma nada
    Y que Ana escribió "Hola"
    Y que se pierde la respuesta de Meta al próximo mensaje
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" queda incierto
    Y reintentar "Con gusto" sin más no se permite
    Cuando el asesor de Ana dice que "Con gusto" sí se envió
    Entonces el mensaje "Con gusto" se ve como enviado
    Y Meta recibe "Con gusto" una sola vez

  @A11
  Escenario: Meta pide esperar y se le obedece
    Dado que Ana escribió "Hola"
    Y que Meta pide esperar 120 segundos
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" espera sin gastar reintentos
    Y la línea espera 120 segundos
    Cuando el administrador reanuda la línea
    Entonces Meta recibe "Con gusto" una sola vez

  @A11
  Escenario: El token venció y el mensaje espera al nuevo
    Dado que Ana escribió "Hola"
    Y que el token de la línea venció
    Cuando el asesor de Ana responde "Con gusto"
    Entonces el mensaje "Con gusto" espera sin gastar reintentos
    Y el administrador recibe el aviso "retenidos"
    Cuando el administrador escribe el token nuevo
    Entonces Meta recibe "Con gusto" una sola vez

  @A11
  Escenario: El asesor reintenta un mensaje que espera
    Dado que Ana escribió "Hola"
    Y que WhatsApp está caído
    Cuando el asesor de Ana responde "Con gusto"
    Y WhatsApp vuelve y el asesor de Ana reintenta "Con gusto"
    Entonces Meta recibe "Con gusto" una sola vez

  @A11
  Escenario: El asesor cancela un mensaje que espera
    Dado que Ana escribió "Hola"
    Y que WhatsApp está caído
    Cuando el asesor de Ana responde "El precio es diez"
    Y el asesor de Ana cancela "El precio es diez"
    Y WhatsApp vuelve
    Y el asesor de Ana responde "El precio es doce"
    Entonces Meta recibe "El precio es doce" una sola vez
    Y Ana no recibe "El precio es diez"

  @A10 @A11
  Escenario: Un cliente con problemas no detiene a los demás
    Dado que Ana escribió "Hola"
    Y que Luis escribió "Buenas"
    Y que Meta rechaza una vez los mensajes
    Cuando el asesor de Ana responde "Para Ana"
    Y el mensaje "Para Ana" espera un reintento
    Y el asesor de Luis responde "Para Luis"
    Entonces Meta recibe "Para Luis" una sola vez
    Y el mensaje "Para Ana" queda en espera
