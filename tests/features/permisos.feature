# language: es
@live
Característica: Cada quien ve y cambia lo que le toca

  @A8 @A16
  Escenario: Un asesor ve sus conversaciones y no las de otros
    Dado que Ana escribió "Hola" y la atiende el asesor A
    Y que Luis escribió "Buenas" y lo atiende el asesor B
    Cuando el asesor A abre la bandeja
    Entonces ve solo la conversación y el lead de Ana
    Cuando el asesor B abre la bandeja
    Entonces ve solo la conversación y el lead de Luis

  @A8 @A16
  Escenario: Quien supervisa ve a su equipo y no a otros
    Dado que la línea es del equipo de la supervisora o el supervisor
    Y que Ana escribió "Hola"
    Y que un cliente escribió a la línea de otro equipo
    Cuando quien supervisa abre la bandeja
    Entonces ve la conversación de Ana
    Y no ve la conversación del otro equipo

  @A8
  Escenario: La dirección ve todas las conversaciones
    Dado que Ana escribió "Hola" y la atiende el asesor A
    Y que Luis escribió "Buenas" y lo atiende el asesor B
    Y que un cliente escribió a la línea de otro equipo
    Cuando la dirección abre la bandeja
    Entonces ve las conversaciones de Ana, de Luis y del otro equipo

  @A5
  Escenario: Un asesor no puede cambiar la fuente del lead
    Dado que Ana escribió "Hola"
    Cuando el asesor de Ana intenta cambiar la fuente del lead
    Entonces Odoo no lo permite y explica que "está bloqueada"
    Y la fuente del lead de Ana sigue siendo "WhatsApp Línea Marketing"

  @A5
  Escenario: La dirección puede cambiar la fuente y queda escrito
    Dado que Ana escribió "Hola"
    Cuando la dirección cambia la fuente del lead de Ana
    Entonces el lead de Ana tiene la fuente nueva
    Y el cambio de fuente queda en el historial del lead de Ana

  @A16
  Escenario: Nadie que venda puede leer las claves de una línea
    Dado que Ana escribió "Hola"
    Cuando el asesor de Ana, quien supervisa y la dirección piden las claves
    Entonces a ninguno se le muestran

  @A16
  Escenario: Dos empresas en la misma base no se mezclan
    Dado una segunda empresa con una línea llamada "Sucursal" y un asesor propio
    Cuando Ana escribe "Hola"
    Y Ana escribe "Hola, Sucursal" a la línea "Sucursal"
    Entonces Ana tiene un lead en cada empresa
    Y el lead de la segunda empresa es de su asesor, que no ve el de la primera
