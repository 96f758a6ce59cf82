"""The prepared home, for every test of this folder that asks for it."""

from small_shop import prepared_home, shop

__all__ = ["prepared_home", "shop"]
