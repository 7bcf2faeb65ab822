"""HTTP that belongs to no platform: guarded fetching of what a post names, and the pool of connections."""
