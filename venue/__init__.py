from venue import native
from venue.launch import environment

if environment.boolean("NATIVE", True):
    native.use()
