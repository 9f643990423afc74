"""The same simulator without a socket, for tests of the same process."""
