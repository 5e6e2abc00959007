"""`make verify-aws`: compares a deployed stack with what its parameters say, and changes nothing."""
