"""The subcommands of `nodecompat`: a module each, with HELP, `addArguments` and `execute`."""
