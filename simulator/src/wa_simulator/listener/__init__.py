"""The one listener: plain HTTP, TLS, CONNECT with interception, connection faults."""
