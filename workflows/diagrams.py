"""docs/process.md, drawn from the code: the state machines, the flow of one person, the presets of procedures."""

from collections.abc import Iterable, Iterator

from django.db.models import Model
from django.utils import translation
from django_fsm import FSMField

from approvals.models import CouncilSession, Petition
from documents.models import Document, DocumentKind
from workflows import flows
from workflows.models import Evaluation, EvaluationPeriod, OrganisationRating
from workflows.procedures import PRESETS, parse

HEAD = """# The process

Drawn by `manage.py process_diagrams` from the state machines, the flow and the procedure presets; a test fails when
this page is stale. Each state has one owner: the **period's clock**, an **evaluation's standing**, the **open task**
(whose turn it is), the **council session**, the **rating of an organisation**, the **petition** and the **document**.
"""


def page() -> str:
    """The whole page as Markdown with Mermaid diagrams, in the words of the code."""
    with translation.override("en"):
        parts = [
            HEAD,
            _section("The clock of an agency's period", EvaluationPeriod, "stage"),
            _section("The legal standing of one person's evaluation", Evaluation, "standing"),
            "## Whose turn it is: the flow of one person\n\n" + _flow(),
            _section("A council session", CouncilSession, "state"),
            _section("The rating of an organisation", OrganisationRating, "state"),
            _section("A petition", Petition, "state"),
            _section("A document", Document, "state"),
            "## Procedures shipped\n\n" + "\n".join(_procedures()),
            "## Kinds of documents\n\n" + "\n".join(_kinds()),
        ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _section(title: str, model: type[Model], field: str) -> str:
    meaning = (model.__doc__ or "").strip().split("\n")[0]
    return f"## {title}\n\n`{model._meta.label}.{field}` – {meaning}\n\n" + _mermaid(_transitions(model, field))


def _transitions(model: type[Model], name: str) -> Iterator[tuple[str, str, str]]:
    field = model._meta.get_field(name)
    assert isinstance(field, FSMField)
    states = [str(value) for value, _label in field.choices]
    for transition in sorted(field.get_all_transitions(model), key=lambda each: (each.name, str(each.source))):
        sources = states if transition.source == "*" else [str(transition.source)]
        for source in sources:
            yield source, str(transition.target), transition.name


def _mermaid(edges: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"    {source} --> {target}: {label}" for source, target, label in edges]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def _flow() -> str:
    lines = [f"    {source} -->{f'|{label}|' if label else ''} {target}" for source, target, label in flows.edges()]
    return "\n".join(["```mermaid", "flowchart LR", *sorted(lines), "```"])


def _procedures() -> Iterator[str]:
    yield "| procedure | standing | stages (working days) | documents and signers |"
    yield "|---|---|---|---|"
    for preset in PRESETS:
        rules = parse(preset["rules"])
        stages = " → ".join(
            stage + (f" ({rules.deadlines[stage]})" if stage in rules.deadlines else "") for stage in rules.stages
        )
        documents = "; ".join(
            f"{rule.kind}: {', '.join(rule.signers)}" for each in rules.documents.values() for rule in each
        )
        documents += "; one signed list may stand for many signatures (local rule)" * rules.list_signature
        yield f"| {preset['code']} v{preset['version']} | {preset['rules']['standing']} | {stages} | {documents} |"


def _kinds() -> Iterator[str]:
    yield "| kind | signers in order | numbered | sealed | retention |"
    yield "|---|---|---|---|---|"
    for kind in DocumentKind.objects.order_by("code"):
        signers = ", ".join(each["role"] + " (optional)" * each.get("optional", False) for each in kind.signers)
        yield f"| {kind.code} | {signers} | {_yes(kind.numbered)} | {_yes(kind.sealed)} | {kind.retention_basis} |"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
