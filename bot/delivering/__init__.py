"""From deliveries to messages: the dispatcher makes shown what is wanted, the pacer paces, doubts are settled."""
