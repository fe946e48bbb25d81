"""Technical conformance: the API's main scenarios, played from outside with a firm's key."""
