"""What the site's own generator makes of its posts: one module for each generator, all with the same questions."""
