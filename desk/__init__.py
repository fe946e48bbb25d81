"""THE OPERATIONS DESK: the dashboard, the pages of markets and firms, the kill switch. Sees everything below it."""
