"""What commands share: output, opening a home, options used by several."""
