"""Second generation: messages point to the gateways of OCA."""

#: Where messages and the wizard point to.
GATEWAY_MODEL = "mail.gateway"
