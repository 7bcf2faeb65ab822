"""Fetching what a post names, guarded: the room that pages and pictures share, and that belongs to no platform."""
