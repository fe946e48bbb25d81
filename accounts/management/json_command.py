"""The base of commands whose answer a person or a program reads."""

from staff.management.json_command import JsonCommand

__all__ = ["JsonCommand"]
