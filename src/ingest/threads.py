"""The outline of a thread: the first post's as a document's, each further post a unit of its own with its text below it.

Every post is read by itself, so that a list in one is not gone on with in the next.
"""

from collections.abc import Callable, Sequence

from ingest.blocks import Block, Node, Posted

Build = Callable[[str, Sequence[Block], tuple[int, int] | None], list[Node]]


def build(
    text: str, blocks: Sequence[Block], title: tuple[int, int] | None, posts: Sequence[Posted], outline: Build
) -> list[Node]:
    """The nodes of a text whose further posts are `posts`, in order; `outline` reads one text."""
    end = posts[0].start if posts else len(text)
    nodes = outline(text[:end], [b for b in blocks if b.end <= end], title)
    for post in posts:
        own = [
            b._replace(start=b.start - post.start, end=b.end - post.start)
            for b in blocks
            if post.start <= b.start < post.end
        ]
        nodes += _under(post, outline(text[post.start : post.end], own, None), len(nodes))
    return nodes


def _under(post: Posted, nodes: Sequence[Node], before: int) -> list[Node]:
    """The nodes of a post, the first of which is the post itself, shifted to where they stand."""
    name = f"post_{post.number}"

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] + post.start, span[1] + post.start

    out: list[Node] = []
    opens = bool(nodes) and nodes[0].kind != "table"  # a table stays what it is
    for n, node in enumerate(nodes):
        if n == 0 and opens:
            start, end = moved(node.hull)
            made = Node("post", (start, start), (start, start), (start, end), None, name, "clause")
            out.append(made._replace(author=post.author, posted_at=post.posted_at))
            continue
        out.append(
            node._replace(
                label=moved(node.label),
                heading=moved(node.heading),
                body=moved(node.body),
                parent=before + node.parent if node.parent is not None else before if opens else None,
                eid=f"{name}__{node.eid}",
                unit="section" if node.unit == "chapter" else node.unit,
            )
        )
    return out
