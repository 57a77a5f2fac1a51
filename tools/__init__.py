"""What the Makefile calls: small programs about the project itself, not part of the package."""
