"""From YAML files to the settings of the program."""
