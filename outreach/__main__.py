"""`python -m outreach` is the `sambang` command."""

from outreach.cli import main

if __name__ == "__main__":
    main(prog_name="sambang")
