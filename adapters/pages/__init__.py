"""The Pages port over HTTP: whether a post's public page answers, without ever reaching into a private network."""
