"""Loopback emulators of the platforms: the real client libraries talk to them over 127.0.0.1.

A test needs only what each package names in its `__init__.py`. Beside each emulator lie its own tests, which drive it
with the real library through `client.py`.
"""
