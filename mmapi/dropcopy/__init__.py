"""Drop copy: a firm's execution reports, gapless, for its order management and risk systems."""
