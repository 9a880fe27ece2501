"""Pictures of life-cycles, drawn from the machine itself so that they can't lie."""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.utils import translation
from graphviz import Digraph


def machines() -> list[type[Any]]:
    """Every model whose status is driven by declared steps."""
    return [m for m in apps.get_models() if getattr(m, "VERBS", None) is not None]


def draw(model: type[Any]) -> str:
    """The life-cycle of a model as Graphviz source: states, and who takes which step."""
    graph = Digraph(model._meta.model_name, node_attr=NODE, edge_attr=EDGE, graph_attr=GRAPH)
    with translation.override("en"):
        labels = dict(model._meta.get_field("status").choices)
        edges = _edges(model)
        ends = {target for _source, target in edges} - {source for source, _target in edges}
        for value, label in labels.items():
            graph.node(value, str(label), peripheries="2" if value in ends else "1")
    for (source, target), steps in sorted(edges.items()):
        graph.edge(source, target, "\n".join(sorted(steps)))
    return graph.source


def _edges(model: type[Any]) -> dict[tuple[str, str], set[str]]:
    """(from, to) -> "verb (who)". A step that stays where it is would only be a loop of noise."""
    edges: dict[tuple[str, str], set[str]] = defaultdict(set)
    for step in model().get_all_status_transitions():
        source, target = str(step.source), str(step.target)
        if source != target:
            who = step.custom["who"].__name__
            edges[source, target].add(f"{step.name.replace('_', ' ')} ({who})")
    return edges


FONT = {"fontname": "Helvetica, Arial, sans-serif", "fontsize": "11"}
GRAPH = {"rankdir": "LR", "nodesep": "0.35", "ranksep": "0.9", "bgcolor": "transparent"}
NODE = {
    **FONT,
    "shape": "box",
    "style": "rounded,filled",
    "fillcolor": "#eef3fb",
    "color": "#35558a",
}
EDGE = {**FONT, "fontsize": "9", "color": "#5b6b85", "fontcolor": "#33415c"}
