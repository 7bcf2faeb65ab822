"""What adapters share of HTTP, and belongs to no platform: fetching what a post names, guarded, and connections."""
