"""What people ask of newsbell in chats, and what becomes of it: the same for every platform and the command line."""
