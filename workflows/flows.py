"""The flow of one person's evaluation: self-assessment → review → (council → head's decision).

The open task says whose turn it is. Gateways read append-only decisions, never a copy in task data.
A frozen version stays until its last process has ended; a change of the graph is a new Flow class.
"""

from django.db.models import QuerySet
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.status import STATUS

from organization.models import Person
from workflows.models import Evaluation, EvaluationProcess, EvaluationTask

SELF_ASSESSMENT = "self_assessment"
REVIEW = "review"
COUNCIL = "council"
HEAD_DECISION = "head_decision"


class OwnedView(flow.View):
    """A human task that belongs to one named person: nobody else can take it, also not when it is revived."""

    def __init__(self, **kwargs):
        super().__init__(None, **kwargs)

    def can_assign(self, user, task) -> bool:
        return False

    def can_unassign(self, user, task) -> bool:
        return False


class EvaluationV1:
    """Nodes of the first version; a plain mixin, because a derived Flow would create its parent's tasks."""

    start = flow.StartHandle(this.begin).Next(this.self_assessment)
    self_assessment = OwnedView().Assign(this.employee).Next(this.review)
    review = OwnedView().Assign(this.reviewer).Next(this.reviewed)
    reviewed = flow.If(this.is_approved).Then(this.with_council).Else(this.self_assessment)
    with_council = flow.If(this.has_council).Then(this.council).Else(this.end)
    council = flow.Handle().Next(this.head_decision)
    head_decision = flow.Handle().Next(this.end)
    end = flow.End()

    def begin(self, activation, evaluation: Evaluation):
        activation.process.evaluation = evaluation
        return activation.process

    def employee(self, activation) -> Person:
        return activation.process.evaluation.person

    def reviewer(self, activation) -> Person:
        return activation.process.evaluation.reviewer

    def is_approved(self, activation) -> bool:
        return activation.process.evaluation.steps.latest("id").decision.kind == "review_approved"

    def has_council(self, activation) -> bool:
        return activation.process.evaluation.period.procedure.parsed().has_council


class EvaluationFlowV1(EvaluationV1, flow.Flow):
    """Evaluation of one person"""

    process_class = EvaluationProcess
    task_class = EvaluationTask
    lock_impl = lock.SelectForUpdateLock(nowait=False, attempts=1)


VERSIONS = (EvaluationFlowV1,)
CURRENT = EvaluationFlowV1


def nodes_named(*names: str) -> list:
    """These nodes in every living version of the flow, for queries on tasks."""
    return [version.instance.node(name) for version in VERSIONS for name in names]


def start(evaluation: Evaluation) -> EvaluationProcess:
    """Begin the person's process: his self-assessment task is open afterwards."""
    return CURRENT.start.run(evaluation=evaluation)


def open_task(evaluation: Evaluation) -> EvaluationTask | None:
    """The task that is open now: whose turn it is. None when the process has ended."""
    return (
        EvaluationTask.objects.filter(process__evaluation=evaluation, finished__isnull=True)
        .select_related("process", "owner")
        .first()
    )


def node_name(task: EvaluationTask | None) -> str | None:
    """Name of the task's node, e.g. "review"."""
    return task.flow_task.name if task else None


def complete(task: EvaluationTask) -> None:
    """Finish a human task; the engine opens the next one. The caller holds the evaluation's lock."""
    with task.flow_task.flow_class.lock(task.process_id):
        task.refresh_from_db()
        activation = task.flow_task.activation_class(task)
        activation.start(None)
        activation.execute()


def pass_handle(task: EvaluationTask) -> None:
    """Finish a waiting Handle (council, head's decision)."""
    task.flow_task.run(task)


def take_back(task: EvaluationTask) -> None:
    """Undo a hand-in that nobody has worked on: cancel the review task, open the self-assessment anew."""
    flow_class = task.flow_task.flow_class
    with flow_class.lock(task.process_id):
        task.refresh_from_db()
        activation = task.flow_task.activation_class(task)
        activation.cancel()
        # The engine's own way of making a node's next task; it assigns the owner, which revive() would not.
        flow_class.instance.node(SELF_ASSESSMENT)._create(activation, task.token)


def cancel(evaluation: Evaluation) -> None:
    """End the process of a person who is not evaluated."""
    task = open_task(evaluation)
    if task is None:
        return
    with task.flow_task.flow_class.lock(task.process_id):
        task.refresh_from_db()
        activation = task.flow_task.activation_class(task)
        activation.cancel()
        process = activation.process
        process.status = STATUS.CANCELED
        process.finished = task.finished
        process.save()


def reassign(task: EvaluationTask, to: Person) -> None:
    """Give an open human task to another person; the caller journals it."""
    with task.flow_task.flow_class.lock(task.process_id):
        task.refresh_from_db()
        task.owner = to
        task.save(update_fields=["owner"])


def open_tasks(**filters) -> QuerySet[EvaluationTask]:
    """All unfinished tasks, e.g. of an owner or a period."""
    return EvaluationTask.objects.filter(finished__isnull=True, **filters)


def edges() -> list[tuple[str, str, str]]:
    """(from, to, label) of the current graph, for the diagrams of the documentation."""
    return [
        (edge.src.name, edge.dst.name, edge.label or "")
        for node in CURRENT.instance.nodes()
        for edge in node._outgoing()
    ]
