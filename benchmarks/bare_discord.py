"""discord.py alone with newsbell's intents, as a process of its own, for benchmarks.discord_memory."""

from __future__ import annotations

import sys

import discord

from adapters.discord.transport import point_at

if __name__ == "__main__":
    api_url, gateway_url, token = sys.argv[1:]
    point_at(api_url, gateway_url)
    discord.Client(intents=discord.Intents(guilds=True)).run(token, log_handler=None)
