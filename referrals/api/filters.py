"""`$filter` into a condition of the database. What it may ask about is `filterable`'s list."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Q
from odata_query import ast

from portal.roles import EVERYTHING, NOTHING
from referrals.api.filter_fields import Asked, Collection, Field, any_of
from referrals.api.filterable import FIELDS
from referrals.api.odata import parse, problem

CONDITIONS = 100
DEEPEST = 20
FUNCTIONS = ("contains", "startswith")
OPERATORS = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.In: "in",
}
FLIPPED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


def condition(text: str, asked: Asked) -> Q:
    """The rows that a filter asks for. Raises Problem (400), which names what it can't mean."""
    return Walk(asked, FIELDS).of(parse(text), 0)


@dataclass
class Walk:
    """One way through a tree. `inside` is the name of the row that `any` looks at."""

    asked: Asked
    fields: dict[str, Any]
    inside: str = ""
    met: list[str] = field(default_factory=list)

    def of(self, node: Any, depth: int) -> Q:
        if depth > DEEPEST:
            raise problem(f"A filter is nested at most {DEEPEST} deep.")
        match node:
            case ast.BoolOp():
                return self._joined(node, depth)
            case ast.UnaryOp(op=ast.Not()):
                return ~self.of(node.operand, depth + 1)
            case ast.Compare():
                return self._compared(node)
            case ast.Call() if node.func.full_name() in FUNCTIONS:
                return self._called(node)
            case ast.Call():
                raise problem(f"The function {node.func.full_name()} can't be used.")
            case ast.CollectionLambda():
                return self._any(node, depth)
        raise problem("A filter is made of comparisons, and joined by and, or, not.")

    def _joined(self, node: ast.BoolOp, depth: int) -> Q:
        """`a and b and c` is one row of conditions, however the tree leans."""
        kind, parts = type(node.op), []
        left: list[Any] = [node]
        while left:
            one = left.pop()
            if isinstance(one, ast.BoolOp) and isinstance(one.op, kind):
                left += [one.right, one.left]
            else:
                parts.append(self.of(one, depth + 1))
        return Q(*parts) if kind is ast.And else any_of(parts)

    def _compared(self, node: ast.Compare) -> Q:
        operator, left, right = OPERATORS[type(node.comparator)], node.left, node.right
        if not isinstance(left, ast.Identifier):
            left, right, operator = right, left, FLIPPED.get(operator, operator)
        name, known = self._field(left)
        if operator not in known.operators:
            raise problem(f"The operator {operator} can't be used with {name}.")
        if operator != "in":
            return self._asked(name, known, operator, right)
        if not isinstance(right, ast.List):
            raise problem(f"The operator in takes a list, for {name}.")
        return any_of([self._asked(name, known, "eq", one) for one in right.val])

    def _called(self, node: ast.Call) -> Q:
        operator = node.func.full_name()
        name, known = self._field(node.args[0])
        if operator not in known.operators:
            raise problem(f"The function {operator} can't be used with {name}.")
        return self._asked(name, known, operator, node.args[1])

    def _asked(self, name: str, known: Field, operator: str, literal: Any) -> Q:
        self.met.append(name)
        if len(self.met) > CONDITIONS:
            raise problem(f"A filter has at most {CONDITIONS} conditions.")
        if operator == "ne":
            return ~self._where(name, known, "eq", literal)
        return self._where(name, known, operator, literal)

    def _where(self, name: str, known: Field, operator: str, literal: Any) -> Q:
        if isinstance(literal, ast.Null):
            return known.empty(self.asked) if operator == "eq" else NOTHING
        try:
            return known.where(self.asked, operator, known.read(literal))
        except (ValueError, ArithmeticError) as unread:
            said = getattr(literal, "val", None)
            shown = said[:100] if isinstance(said, str) else "This"
            raise problem(f"{shown!r} is no value of {name}.") from unread

    def _any(self, node: ast.CollectionLambda, depth: int) -> Q:
        name = self._name(node.owner)
        known = self.fields.get(name)
        if not isinstance(known, Collection):
            raise problem(f"{name} is no collection that a filter can look into.")
        if not isinstance(node.operator, ast.Any):
            raise problem("The operator all can't be used; any can.")
        fits = EVERYTHING
        if node.lambda_ is not None:
            inside = f"{node.lambda_.identifier.full_name()}/"
            walk = Walk(self.asked, dict(known.fields), inside, self.met)
            fits = walk.of(node.lambda_.expression, depth + 1)
        return Q(Exists(known.rows().filter(fits)))

    def _field(self, node: Any) -> tuple[str, Field]:
        name = self._name(node)
        known = self.fields.get(name)
        if isinstance(known, Field):
            return name, known
        raise problem(f"The field {name} is not known, or can't be filtered.")

    def _name(self, node: Any) -> str:
        """The path that a node names; inside `any`, without the name of the row."""
        if not isinstance(node, ast.Identifier):
            raise problem("A comparison has a field on one side and a value on the other.")
        name = node.full_name()
        if not name.startswith(self.inside):
            raise problem(f"The field {name[:100]} is not known here.")
        return name[len(self.inside) :][:100]
