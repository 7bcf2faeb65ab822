"""A file becomes a Post: front matter, identity, date, categories, link, pictures and excerpt, one room a rule."""
