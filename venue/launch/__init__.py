"""From an empty folder to a running venue: embedded servers, set-up, processes under one supervisor."""
