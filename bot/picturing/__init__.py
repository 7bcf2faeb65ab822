"""Which picture, in what order to try, within which limits. Pure: fetching and shrinking stand behind a port."""
