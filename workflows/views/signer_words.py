"""What a signer of a document is, in words: one entry for every role of every kind of document."""

from django.utils.translation import gettext_lazy

ROLES = {
    "person": gettext_lazy("the person evaluated"),
    "reviewer": gettext_lazy("the competent person who scores"),
    "ranker": gettext_lazy("the competent person who decides the class"),
    "party_secretary": gettext_lazy("secretary of the Party committee"),
    "preparer": gettext_lazy("maker of the table"),
    "petitioner": gettext_lazy("the petitioner"),
    "receiver": gettext_lazy("receiver"),
    "giver": gettext_lazy("giver of the records"),
    "archivist": gettext_lazy("archivist of the agency"),
    "teller_head": gettext_lazy("head of the tellers"),
    **{f"teller_{number}": gettext_lazy("teller") for number in range(2, 10)},
    **{f"member_{number}": gettext_lazy("member of the session") for number in range(1, 13)},
    "secretary": gettext_lazy("secretary of the session"),
    "chair": gettext_lazy("chair of the session"),
    "head": gettext_lazy("head of the agency"),
    "clerk": gettext_lazy("clerk of the agency"),
    "seal": gettext_lazy("the agency's seal"),
    "drafter": gettext_lazy("drafter"),
    "checker": gettext_lazy("checker"),
    "signer": gettext_lazy("signer of the list"),
    "timestamp": gettext_lazy("the time-stamp authority"),
}
