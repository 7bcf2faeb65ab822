"""The Pictures port: bounded downloads behind the guard, and Pillow for what does not fit as it is."""
