"""`python -m profiling`."""

from profiling.cli import main

if __name__ == "__main__":
    main()
