"""Who can take it down, and telling them: registries, security.txt, texts in six languages, X-ARF, DKIM."""
