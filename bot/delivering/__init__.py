"""From posts to messages: the publisher enqueues, the dispatcher makes shown what is wanted, the pacer paces."""
