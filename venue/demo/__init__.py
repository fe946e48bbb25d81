"""Makers and takers of demo firms, so that a venue nobody trades on yet lives. Ordinary clients of the HTTP API."""
