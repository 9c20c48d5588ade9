"""The one place where templates that people wrote are rendered: canned responses and e-mails.

A template may print variables, choose and repeat. It cannot call, calculate, set, include or index: the tree is held
against a list of what it may contain before it is compiled, and Jinja's own sandbox stands behind that. Loops nest at
most twice over short lists, output is cut off, and rendering happens in a thread of its own with a deadline.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import anyio
from anyio import CapacityLimiter, to_thread
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_SOURCE = 50_000
MAX_OUTPUT = 200_000
MAX_LOOPS = 20
MAX_NESTING = 2
SECONDS = 2.0
THREADS = 2
KEPT = 512
"""So many templates stay compiled, which takes far longer than filling one in."""


_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.For, nodes.Filter, nodes.Test, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Concat,
)  # fmt: skip
_FILTERS = ("capitalize", "default", "escape", "e", "first", "join", "last", "length", "lower", "title", "trim", "truncate", "upper")  # fmt: skip
_TESTS = ("defined", "undefined", "none", "eq", "ne")
_SPECIAL = {"self", "super", "caller", "varargs", "kwargs"}
"""Names that mean the template itself."""

_threads: CapacityLimiter | None = None


class TemplateProblem(ValueError):
    """A template cannot be used; the message is a sentence for the person who wrote it."""


@cache
def _environment(*, is_html: bool) -> ImmutableSandboxedEnvironment:
    env = ImmutableSandboxedEnvironment(
        autoescape=is_html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    env.globals.clear()
    env.filters = {name: env.filters[name] for name in _FILTERS}
    env.tests = {name: env.tests[name] for name in _TESTS}
    return env


def check(source: str, variables: Mapping[str, Any]) -> None:
    """Raise TemplateProblem when the template is too long, does not parse, or contains what it may not."""
    if len(source) > MAX_SOURCE:
        raise TemplateProblem(f"A template has at most {MAX_SOURCE} characters.")
    try:
        tree = _environment(is_html=False).parse(source)
        undeclared = find_undeclared_variables(tree)
    except TemplateError as error:
        raise TemplateProblem(f"Line {getattr(error, 'lineno', 1)}: {error.message}") from error
    except RecursionError as error:
        raise TemplateProblem("It is nested too deeply.") from error
    if found := next((node for node in _walk(tree) if not isinstance(node, _NODES)), None):
        raise TemplateProblem(f"Line {found.lineno}: a template cannot use {type(found).__name__.lower()}.")
    undeclared |= {name.name for name in tree.find_all(nodes.Name) if name.name in _SPECIAL}
    if unknown := sorted(undeclared - variables.keys()):
        raise TemplateProblem(f"There is no variable {unknown[0]!r}.")
    loops = list(tree.find_all(nodes.For))
    if len(loops) > MAX_LOOPS or any(_depth(loop) > MAX_NESTING for loop in loops):
        raise TemplateProblem(f"At most {MAX_LOOPS} loops, and at most {MAX_NESTING} within each other.")


@lru_cache(maxsize=KEPT)
def _check_once(source: str, variables: frozenset[str]) -> None:
    check(source, dict.fromkeys(variables))


@lru_cache(maxsize=KEPT)
def _compiled(source: str, *, is_html: bool) -> Template:
    return _environment(is_html=is_html).from_string(source)


def render(source: str, variables: Mapping[str, Any], *, is_html: bool) -> str:
    """The template filled in; in HTML every value is escaped. Raises TemplateProblem. May take SECONDS: see `in_thread`."""
    _check_once(source, frozenset(variables))
    parts: list[str] = []
    size = 0
    try:
        for part in _compiled(source, is_html=is_html).generate(variables):
            size += len(part)
            if size > MAX_OUTPUT:
                raise TemplateProblem(f"The result is longer than {MAX_OUTPUT} characters.")
            parts.append(part)
    except (TemplateError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise TemplateProblem(str(error)[:300] or type(error).__name__) from error
    return "".join(parts)


async def in_thread(work: Callable[[], str]) -> str:
    """Run a rendering beside the event loop, THREADS at once. Raises TemplateProblem after SECONDS."""
    global _threads
    _threads = _threads or CapacityLimiter(THREADS)
    try:
        with anyio.fail_after(SECONDS):
            return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=_threads)
    except TimeoutError as error:
        raise TemplateProblem(f"It was not finished after {SECONDS:.0f} seconds.") from error


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        yield from _walk(child)


def _depth(loop: nodes.For) -> int:
    return 1 + max((_depth(inner) for part in loop.body for inner in _loops(part)), default=0)


def _loops(node: nodes.Node) -> list[nodes.For]:
    return [node] if isinstance(node, nodes.For) else list(node.find_all(nodes.For))
