"""The command `redress`: one file per subcommand, each imported when it is asked for."""
