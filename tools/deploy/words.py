"""What is said to the person, and how a refusal ends the program."""


class Refused(Exception):
    """The fact, and what to do about it."""


def say(text=""):
    print(text, flush=True)
