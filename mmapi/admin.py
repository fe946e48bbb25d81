"""The market maker's pages of the operations desk; each module registers its own."""

from mmapi import session_admin

__all__ = ["session_admin"]
