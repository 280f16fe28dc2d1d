"""Statistics: what the desk and the yearly report say in numbers. It only reads and has no table."""
