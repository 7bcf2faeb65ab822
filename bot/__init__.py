"""The core of newsbell: it knows posts, people and time, and knows no platform and no database."""
