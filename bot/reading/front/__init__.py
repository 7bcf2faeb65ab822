"""Front matter: the lines above a post, in YAML, TOML or JSON, and what an editor is told when they can't be read."""
