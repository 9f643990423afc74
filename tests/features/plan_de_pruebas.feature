# language: es
# Las palabras son las del plan (plan_de_pruebas.txt); una prueba compara los dos
# textos. Cada escenario usa una línea de WhatsApp propia y números nuevos.
@live @plan
Característica: Plan de pruebas de WhatsApp en el CRM

  @A3 @A4 @A5 @A6 @A7
  Escenario: Test 1: Recepción de mensaje nuevo
    Dado Usuario nuevo envía "Hola" por WhatsApp
    Cuando Webhook recibe el mensaje
    Entonces Se crea discuss.channel con gateway_channel_token = número normalizado
    Y Se crea crm.lead con mobile = número normalizado
    Y Lead se asigna a asesor comercial (round-robin)
    Y Se crea actividad "Llamar inmediato" en el lead
    Y Lead aparece en etapa "Nuevo"
    Y Fuente del lead es "WhatsApp Línea Marketing" (bloqueada)

  @A3 @A6
  Escenario: Test 2: Deduplicación
    Dado Lead existente con teléfono +57 301 234 5678
    Cuando Mismo número envía mensaje (formato: +573012345678)
    Entonces NO se crea lead duplicado
    Y Mensaje se anexa al lead existente
    Y Conversación continúa en mismo canal

  @A7
  Escenario: Test 3: Asignación round-robin
    Dado 3 asesores comerciales activos (A, B, C)
    Cuando Llegan 5 mensajes de diferentes números
    Entonces Lead 1 → Asesor A
    Y Lead 2 → Asesor B
    Y Lead 3 → Asesor C
    Y Lead 4 → Asesor A (rotación)
    Y Lead 5 → Asesor B

  @A6 @A10 @A11 @A13
  Escenario: Test 4: Envío desde lead
    Dado Lead con número WhatsApp asignado
    Cuando Asesor hace clic en "Enviar WhatsApp"
    Entonces Se abre wizard con número pre-cargado
    Y Asesor escribe mensaje y envía
    Y Mensaje se envía vía OCA a WhatsApp Business API
    Y Mensaje se registra en chatter del lead
    Y Estado se actualiza a "sent"

  @A11
  Escenario: Test 5: Reintentos en fallo
    Dado WhatsApp Business API está caído
    Cuando Se intenta enviar mensaje
    Entonces Mensaje entra en cola de reintentos
    Y Retry 1: después de 1 minuto
    Y Retry 2: después de 5 minutos
    Y Retry 3: después de 15 minutos
    Y Si falla 3 veces → alerta al administrador
