"""Reports that partners send by mail: who may, what is taken from a message, and each message once."""
