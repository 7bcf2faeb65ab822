"""Telegram: messages and pictures into chats, commands out of them."""
