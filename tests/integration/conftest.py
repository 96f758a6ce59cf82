"""The prepared home and the tiny encoder, for every test of this folder that asks for them."""

from small_shop import prepared_home, shop
from tiny_encoder import tiny

__all__ = ["prepared_home", "shop", "tiny"]
