class DocumentRefused(Exception):
    """An act on a document that its state or its signers do not allow; the text is for the person."""
