"""The single writer of a shard: takes commands in groups, applies them, journals them, and only then replies."""
