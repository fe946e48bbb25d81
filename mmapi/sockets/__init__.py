"""What both WebSockets share: the handshake, who may stay, how a connection ends, and threads for what blocks."""
