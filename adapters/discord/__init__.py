"""Discord: channels and threads of servers, through the REST API; slash commands, through the gateway."""
