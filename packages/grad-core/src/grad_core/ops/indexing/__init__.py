"""Parts of arrays, by position, condition or rank."""
