"""``python -m govdoc``."""

from govdoc.cli.main import run

if __name__ == "__main__":
    run()
