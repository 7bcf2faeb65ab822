"""The console: a platform of its own, a local web page that shows what Telegram and Discord would."""
