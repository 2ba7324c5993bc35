"""The command line: one file a command. Parses, calls one function, prints and exits."""
