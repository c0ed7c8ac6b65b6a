"""What does a small YAML file say, and on which line does it say so?"""

from collections.abc import Collection, Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from goproxy_exporter.errors import Problem

LONGEST = 1_000_000
"""Characters of a file; nobody needs so many."""

_NULL = "tag:yaml.org,2002:null"
_INTEGER = "tag:yaml.org,2002:int"
_TRUE = frozenset({"y", "yes", "true", "on"})
_FALSE = frozenset({"n", "no", "false", "off"})


class Sheet:
    """One file, read key by key; everything wrong with it is in `problems`.

    Values are never quoted in a problem: they may be secrets.
    """

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self.problems: list[Problem] = []
        self.root: Node | None = self._compose(text)

    def complain(self, node: Node | None, path: str, message: str) -> None:
        """Note a problem where a node stands."""
        line, column = (
            (None, None) if node is None else (node.start_mark.line + 1, node.start_mark.column + 1)
        )
        self.problems.append(Problem(self._file, line, column, path, message))

    def table(self, node: Node | None, path: str, known: Collection[str] | None) -> dict[str, Node]:
        """Give the values of a mapping by key; nothing where there is none.

        With `known` other keys are problems; None admits any.
        """
        if _empty(node):
            return {}
        if not isinstance(node, MappingNode):
            self.complain(node, path, "must be a mapping of keys to values")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else None
            if name is None:
                self.complain(key, path, "a key must be text")
            elif known is not None and name not in known:
                expected = ", ".join(sorted(known))
                self.complain(key, join(path, name), f"unknown key; known are {expected}")
            elif name in found:
                self.complain(key, join(path, name), "is here twice")
            else:
                found[name] = value
        return found

    def text(self, node: Node | None, path: str) -> str:
        """Give a scalar as it is written; nothing where there is none."""
        if _empty(node):
            return ""
        if not isinstance(node, ScalarNode):
            self.complain(node, path, "must be text")
            return ""
        written: str = node.value
        return written

    def texts(self, node: Node | None, path: str) -> Iterator[tuple[Node, str, str]]:
        """Give each element of a list with its node and path."""
        if _empty(node):
            return
        if not isinstance(node, SequenceNode):
            self.complain(node, path, "must be a list")
            return
        for index, item in enumerate(node.value):
            where = f"{path}[{index}]"
            yield item, where, self.text(item, where)

    def boolean(self, node: Node | None, path: str, *, default: bool) -> bool:
        """Give a truth value."""
        if _empty(node):
            return default
        word = node.value.lower() if isinstance(node, ScalarNode) and not node.style else None
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        self.complain(node, path, "must be true or false")
        return default

    def integer(self, node: Node | None, path: str) -> int:
        """Give a whole number; 0 where there is none."""
        if _empty(node):
            return 0
        if isinstance(node, ScalarNode) and node.tag == _INTEGER and node.value.isdecimal():
            return int(node.value)
        self.complain(node, path, "must be a whole number, 0 or more")
        return 0

    def _compose(self, text: str) -> Node | None:
        if len(text) > LONGEST:
            self.complain(None, "", f"is longer than {LONGEST} characters")
            return None
        try:
            root: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
            self.problems.append(Problem(self._file, line, column, "", "is not YAML"))
        except (yaml.YAMLError, RecursionError):
            self.complain(None, "", "is not YAML, or nested without end")
        else:
            return root
        return None


def join(path: str, key: str) -> str:
    """Write the path of a key as a reader would: ``tls_server_config.cert_file``."""
    return f"{path}.{key}" if path else key


def _empty(node: Node | None) -> bool:
    return node is None or (isinstance(node, ScalarNode) and node.tag == _NULL)
