"""What should happen to a list of two people, in the plainest words: no locks, no tables, no flow engine.

Read beside the code, not derived from it: `Model.legal` says which clicks are allowed now, `Model.done` what an
allowed one leaves behind. A click is (act, person); acts on the whole list have no person.
"""

from dataclasses import dataclass, field

TYPING, REVIEW, COUNCIL, HEAD, DECIDED, PUBLISHED, VOID = (
    "self_assessment",
    "review",
    "council",
    "head_decision",
    "decided",
    "published",
    "void",
)
PERSONAL = ("save", "submit", "sign", "withdraw", "approve", "adjust", "return", "delay", "reopen", "excuse")
COMMON = ("advance", "convene", "meet", "adopt", "close", "decide", "issue")
#: Clicks that may never succeed, whatever the state.
FOREIGN = ("submit as another", "approve as another", "approve own", "approve from an old page", "decide as another")


@dataclass
class Form:
    """One person's form: whose turn it is, and what its papers are."""

    node: str = TYPING
    filled: bool = False
    signed: bool = False
    round: int = 1
    steps: int = 0
    papers: int = 0
    listed: bool = False


@dataclass
class Model:
    """Two forms and the list they stand on."""

    forms: dict[str, Form] = field(default_factory=lambda: {"an": Form(), "clerk": Form()})
    closed_self_assessment: bool = False
    session: str = ""
    list_papers: int = 0

    def living(self) -> list[Form]:
        return [form for form in self.forms.values() if form.node != VOID]

    def legal(self, act: str, name: str = "") -> bool:
        """Whether this click is allowed now."""
        if act in FOREIGN:
            return False
        if name:
            return self._legal_for(self.forms[name], act, name)
        at = [form.node for form in self.living()]
        return {
            "advance": not self.closed_self_assessment
            and all(form.node != TYPING and form.signed for form in self.living()),
            "convene": self._waiting() and self.session in ("", "closed"),
            "meet": self.session == "convened",
            "adopt": self.session == "met",
            "close": self.session == "adopted",
            "decide": HEAD in at and set(at) <= {HEAD, DECIDED, PUBLISHED},
            "issue": DECIDED in at,
        }[act]

    def _waiting(self) -> bool:
        return any(form.node == COUNCIL and not form.listed for form in self.living())

    def _legal_for(self, form: Form, act: str, name: str) -> bool:
        return {
            "save": form.node == TYPING,
            "submit": form.node == TYPING and form.filled,
            "sign": form.node != TYPING and form.papers > 0 and not form.signed,
            "withdraw": form.node == REVIEW,
            "return": form.node == REVIEW,
            "approve": form.node == REVIEW and form.signed,
            "adjust": form.node == REVIEW and form.signed,
            "delay": form.node in (TYPING, REVIEW),
            "reopen": form.node == COUNCIL and not form.listed,
            "excuse": form.node in (TYPING, REVIEW, COUNCIL) and not form.listed,
        }[act]

    def done(self, act: str, name: str = "") -> None:
        """What an allowed click leaves behind."""
        if name:
            self._done_for(self.forms[name], act)
            return
        if act == "advance":
            self.closed_self_assessment = True
        elif act == "convene":
            self.session = "convened"
            for form in self.living():
                form.listed = form.listed or form.node == COUNCIL
        elif act in ("meet", "adopt"):
            self.session = {"meet": "met", "adopt": "adopted"}[act]
            self.list_papers += act == "adopt"
        elif act == "close":
            self.session = "closed"
            self._move(COUNCIL, HEAD, listed=True)
        elif act == "decide":
            self._move(HEAD, DECIDED)
            self.list_papers += 1
            for form in self.living():
                form.papers += form.node == DECIDED
        elif act == "issue":
            self._move(DECIDED, PUBLISHED, steps=0)

    def _move(self, before: str, after: str, *, steps: int = 1, listed: bool | None = None) -> None:
        for form in self.living():
            if form.node == before and listed in (None, form.listed):
                form.node, form.steps = after, form.steps + steps

    def _done_for(self, form: Form, act: str) -> None:
        if act == "save":
            form.filled = True
        elif act == "sign":
            form.signed = True
        elif act == "submit":
            form.node, form.papers, form.signed, form.steps = REVIEW, 1, False, form.steps + 1
        elif act in ("approve", "adjust"):
            form.node, form.papers, form.steps = COUNCIL, 2, form.steps + 1
        elif act in ("withdraw", "return", "reopen"):
            form.node, form.papers, form.signed, form.steps = TYPING, 0, False, form.steps + 1
            form.round += 1
        elif act == "excuse":
            form.node, form.papers, form.steps = VOID, 0, form.steps + 1

    def clicks(self) -> list[tuple[str, str]]:
        """Every click there is."""
        personal = [(act, name) for act in PERSONAL for name in self.forms if (act, name) != ("excuse", "an")]
        # A second session beside a running one is possible and leads nowhere new: it is not clicked.
        busy = self._waiting() and self.session not in ("", "closed")
        return personal + [(act, "") for act in (*COMMON, *FOREIGN) if not (busy and act == "convene")]

    def onward(self) -> list[tuple[str, str]]:
        """The allowed clicks, those that carry the list on: without a bias for them no run would reach its end."""
        detours = ("save", "withdraw", "return", "reopen", "delay", "excuse")
        legal = [click for click in self.clicks() if self.legal(*click)]
        return [click for click in legal if click[0] not in detours or self._fresh(click)]

    def _fresh(self, click: tuple[str, str]) -> bool:
        return click[0] == "save" and not self.forms[click[1]].filled

    def neighbours(self) -> list[tuple[str, str]]:
        """Forbidden clicks that were right a moment ago or will be in a moment: a second click, an old page."""
        return [click for click in self.clicks() if not self.legal(*click)]
