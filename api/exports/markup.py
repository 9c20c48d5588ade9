"""Markdown as the plain tree that `typst/ticket.typ` sets: `{"is": kind, "of": [children], …}`."""

from typing import Any

from markdown_it.tree import SyntaxTreeNode

from api.conversation.rules import to_tree

Node = dict[str, Any]

_FLOW = {
    "paragraph": "paragraph",
    "heading": "heading",
    "bullet_list": "bullets",
    "list_item": "item",
    "blockquote": "quote",
}
_INLINE = {"strong": "strong", "em": "em", "s": "strike"}
MAX_DEPTH = 20
"""What is nested deeper is shown as its plain text."""


def blocks(markdown: str) -> list[Node]:
    """The paragraphs, lists, quotes, tables and code of a text."""
    return [_flow(child, 0) for child in to_tree(markdown).children]


def _flow(node: SyntaxTreeNode, depth: int) -> Node:
    if depth > MAX_DEPTH:
        return {"is": "paragraph", "of": [{"is": "text", "text": _plain(node)}]}
    if node.type in ("fence", "code_block"):
        return {"is": "code", "text": node.content.rstrip("\n")}
    if node.type == "hr":
        return {"is": "rule"}
    if node.type == "table":
        rows = [row for part in node.children for row in part.children]
        cells = [{"is": "cell", "of": _words(cell)} for row in rows for cell in row.children]
        return {"is": "table", "columns": len(rows[0].children), "of": cells}
    if node.type in ("paragraph", "heading"):
        return {"is": node.type, "of": _words(node)}
    children = [_flow(child, depth + 1) for child in node.children]
    if node.type == "ordered_list":
        return {"is": "numbers", "start": int(node.attrs.get("start", 1)), "of": children}
    return {"is": _FLOW.get(node.type, "quote"), "of": children}


def _words(node: SyntaxTreeNode) -> list[Node]:
    return [_inline(word, 0) for inline in node.children for word in inline.children]


def _inline(node: SyntaxTreeNode, depth: int) -> Node:
    if node.type in ("softbreak", "hardbreak"):
        return {"is": "break"}
    if node.type == "code_inline":
        return {"is": "code", "text": node.content}
    if not node.children or depth > MAX_DEPTH:
        return {"is": "text", "text": _plain(node)}
    children = [_inline(child, depth + 1) for child in node.children]
    if node.type == "link":
        href = str(node.attrs.get("href", ""))
        return {"is": "link", "of": children, "href": None if href in _plain(node) else href}
    return {"is": _INLINE.get(node.type, "plain"), "of": children}


def _plain(node: SyntaxTreeNode) -> str:
    """The words alone, however deep they lie."""
    return "".join(
        found.content for found in node.walk() if found.type in ("text", "code_inline", "fence", "code_block")
    )
