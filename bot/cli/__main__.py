"""`python -m bot.cli` is `newsbell`."""

from bot.cli import main

main()
