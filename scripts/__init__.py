"""The launchers behind the Makefile: train, chat and serve. Standard library only."""
