"""A Post becomes an Announcement, and text is cut where people would cut it. Pure."""
