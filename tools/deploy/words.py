"""What is said to the person, and how a refusal ends the program."""


# The chapters of the guide.
GUIDE = "https://github.com/whatsapp-flows/whatsapp-flows/blob/main/docs"


class Refused(Exception):
    """The fact, and what to do about it."""


def say(text=""):
    print(text, flush=True)
