"""The only room that opens untrusted pictures, film and archives, in sandboxed workers."""
