# language: es
@live
Característica: Cada lead tiene quien lo atienda

  @A7
  Escenario: Un asesor ausente no recibe leads
    Dado que el asesor A está ausente
    Cuando Ana escribe "Hola"
    Entonces el lead de Ana es del asesor B
    Y el registro de asignación del lead de Ana explica por qué no fue del asesor A

  @A7
  Escenario: Nadie puede tomar el lead hasta que alguien vuelve
    Dado que la línea es del equipo de la supervisora o el supervisor
    Y que los asesores A, B y C están en pausa
    Cuando Ana escribe "¿Hay alguien?"
    Entonces el lead de Ana no tiene asesor
    Y quien supervisa tiene una tarea sobre el lead de Ana
    Cuando el asesor C vuelve y pasa el repaso de leads sin asesor
    Entonces el lead de Ana es del asesor C
    Y el lead de Ana tiene una sola llamada pendiente

  @A7 @A9
  Escenario: El lead pasa a otro asesor y la conversación con él
    Dado que Ana escribió "Hola" y la atiende el asesor A
    Cuando la dirección pasa el lead de Ana al asesor B
    Entonces el asesor B ve la conversación de Ana
    Y el asesor A no ve la conversación de Ana
    Y la llamada pendiente del lead de Ana es del asesor B

  @A7
  Escenario: Cinco clientes a la vez se reparten entre los asesores
    Cuando escriben cinco clientes al mismo tiempo
    Entonces ningún asesor tiene más de 2 ni menos de 1 de esos leads
