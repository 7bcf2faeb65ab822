"""The body of a post: from what its editor typed to blocks with text in spans, read no further than is needed."""
