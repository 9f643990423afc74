"""What the second generation changed; its own copy of this file is in generation2."""

#: Where messages and the wizard point to.
GATEWAY_MODEL = "whatsapp.gateway"
