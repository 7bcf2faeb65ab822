"""From files to news: which post a file is, what became of it, whether a person must see it first, and who gets it."""
