"""The prepared home, for every measurement of this folder."""

from small_shop import prepared_home, shop

__all__ = ["prepared_home", "shop"]
