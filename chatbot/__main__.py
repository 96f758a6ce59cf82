"""`python -m chatbot`: the command line."""

from chatbot.cli import main

if __name__ == "__main__":
    main()
