"""The Viewflow side of a case: in whose hands the work is.

`django_fsm` is the law, Viewflow the conductor. A task is a piece of work in somebody's hands; an edge that leaves the
work where it is does not touch it. Which node is open in which state is written in the graph (`State.work`), and the
way from node to node follows the state, so that the two can never disagree; `check_cases` proves it.

A case has a process for every round: closing ends the process, reopening begins another.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from viewflow.workflow import flow, lock
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge as ChartEdge
from viewflow.workflow.base import Node
from viewflow.workflow.nodes.start import StartHandle, StartHandleActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.signals import flow_started
from viewflow.workflow.status import STATUS

if TYPE_CHECKING:
    from viewflow.workflow.models import Process, Task

    from workflows.graph import Graph
    from workflows.models import Case


def _no_page(_request: HttpRequest, **_: Any) -> HttpResponse:
    """Viewflow's own addresses are never in the URLconf: they do not check the process against the task."""
    raise Http404


def _create_next(activation: Any) -> Iterator[Any]:
    """The next node is the one whose work is open in the state of the case."""
    flow_class = activation.flow_task.flow_class
    work = flow_class.graph.state(activation.process.case_in_hand.state).work
    yield flow_class.instance.node(work or "end")._create(activation, activation.task.token)  # noqa: SLF001 - how Viewflow's nodes call each other


class WorkActivation(ViewActivation):
    """A piece of work; done when the case leaves the states in which it is open."""

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        """See `_create_next`."""
        yield from _create_next(self)


class BeginActivation(StartHandleActivation):
    """The beginning of a round, in whatever state the case is."""

    @Activation.status.transition(source=STATUS.NEW)
    def execute(self) -> None:
        """As Viewflow's, without its savepoints and without a lock on a process that nobody else can see yet."""
        self.process.save()
        self.complete()
        flow_started.send(sender=self.flow_class, process=self.process, task=self.task)
        self.activate_next()

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Any]:
        """See `_create_next`."""
        yield from _create_next(self)


def _ways(node: Node, works: set[str]) -> Iterator[ChartEdge]:
    """The arrows of the chart, from the law: wherever an edge leads from this work to another one."""
    flow_class = cast("type[CaseFlow]", node.flow_class)
    for work in dict.fromkeys(
        flow_class.graph.state(target).work or "end"
        for edge in flow_class.graph.edges
        for source in (edge.sources or ("",))
        if (flow_class.graph.state(source).work if source else "") in works
        for target in flow_class.graph.targets(edge)
    ):
        if work not in works:
            yield ChartEdge(src=node, dst=flow_class.instance.node(work), edge_class="next")


class Work(flow.View):
    """A piece of work in somebody's hands."""

    activation_class = WorkActivation

    def __init__(self, title: Any) -> None:
        super().__init__(_no_page)
        self.task_title = title

    def calc_owner(self, activation: Any) -> Any:
        """The owner of a task is the holder of the case, where the work of its state is his."""
        case = activation.process.case_in_hand
        return case.holder if activation.flow_class.graph.state(case.state).of_holder else None

    def _outgoing(self) -> Iterator[ChartEdge]:
        return _ways(self, {self.name})


class Begin(StartHandle):
    """The beginning of a round."""

    activation_class = BeginActivation

    def __init__(self, title: Any) -> None:
        super().__init__()
        self.task_title = title

    def _outgoing(self) -> Iterator[ChartEdge]:
        return _ways(self, {""})


class CaseFlow(flow.Flow):
    """Base of the processes of all kinds of cases. Subclasses set `graph` and name their work."""

    # The default lock double-executes and leaves joins stuck; the case row is locked before this one.
    lock_impl = lock.SelectForUpdateLock(nowait=False)
    graph: "Graph"


def open_task(process_id: int) -> "Task | None":
    """The task of the process that waits for somebody, if any, and with it its process; both stay locked.

    They are locked after the case row, always in this order.
    """
    from viewflow.workflow.models import Task

    waiting = Task.objects.filter(process=process_id, status__in=[STATUS.NEW, STATUS.ASSIGNED])
    return cast(
        "Task | None",
        waiting.select_related("process").select_for_update(of=("self", "process")).order_by("-id").first(),
    )


def follow(case: "Case", flow_class: type[CaseFlow], *, work_before: str, holder_before: int | None) -> None:
    """Bring Viewflow's tasks in step with the case, which is locked and has just taken an edge.

    The task that was open is done and the one of the new state is created; where the work stays, only its owner is
    changed, and where nothing changed hands nothing is touched.
    """
    work = flow_class.graph.state(case.state).work
    if work == work_before and case.process_id:
        if flow_class.graph.state(case.state).of_holder and case.holder_id != holder_before:
            _give(case)
        return
    if not work_before or not case.process_id:
        if work:
            _begin(case, flow_class)
        return
    task = open_task(case.process_id)
    if task is None:
        raise RuntimeError(f"case {case.pk} has no open task in process {case.process_id}")
    _finish(task, case)


def _begin(case: "Case", flow_class: type[CaseFlow]) -> None:
    node = flow_class.instance.node("begin")
    activation = node.activation_class.create(node, None, None)
    process: Process = activation.process
    process.case_in_hand = case
    process.seed_object_id = case.pk
    activation.execute()
    case.process = process


def _finish(task: "Task", case: "Case") -> None:
    # `open_task` took the lock of `lock_impl`, in one query where that takes a savepoint and two.
    task.process.case_in_hand = case
    activation = task.flow_task.activation_class(task)
    # Viewflow starts only what is assigned; work of a unit that nobody took is done by whoever did it.
    task.status = STATUS.ASSIGNED
    activation.start(None)
    activation.execute()


def _give(case: "Case") -> None:
    from viewflow.workflow.models import Task

    waiting = Task.objects.filter(process=case.process_id, status__in=[STATUS.NEW, STATUS.ASSIGNED])
    waiting.update(owner=case.holder_id, status=STATUS.ASSIGNED if case.holder_id else STATUS.NEW)
