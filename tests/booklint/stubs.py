"""Exercise stubs and folded solutions, generated from the graded solution: `make stubs`.

In a chapter, whatever stands between these comments is replaced:

    <!-- stub ex-3.4 -->      a code cell with the signature, the docstring and a line that raises NotImplementedError
    <!-- end stub -->
    <!-- solution ex-3.4 -->  the full source
    <!-- end solution -->
"""

import inspect
import re
import sys
import textwrap
from pathlib import Path

from booklint.chapters import load_chapters
from rosetta_core.book.exercises import exercise
from rosetta_core.book.reading import BookError

_BODY = re.compile(r"^( *)# begin solution\n.*?^ *# end solution\n", re.DOTALL | re.MULTILINE)
_PLACE = re.compile(r"(<!-- (stub|solution) (ex-[\d.]+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def stub(name: str) -> str:
    """The code cell a reader starts from, ending with the line that checks it."""
    function = exercise(name).solution
    left, count = _BODY.subn(r'\1raise NotImplementedError("write this function")\n', _source(name))
    if count != 1:
        raise BookError(f"{name}: wanted one `# begin solution` ... `# end solution` in {function.__name__}")
    return f'```{{code-cell}} ipython3\n{left}\n\nrc.check("{name}", {function.__name__})\n```\n'


def solution(name: str) -> str:
    """The full source, without its docstring, to stand folded under the exercise."""
    source = re.sub(r' *""".*?"""\n', "", _source(name), count=1, flags=re.DOTALL)
    source = re.sub(r"^ *# (begin|end) solution\n", "", source, flags=re.MULTILINE)
    return f"```python\n{source}```\n"


def regenerate(text: str, where: str) -> str:
    """The chapter's text with every stub and solution written anew."""
    makers = {"stub": stub, "solution": solution}
    fresh, count = _PLACE.subn(lambda m: m[1] + makers[m[2]](m[3]) + m[4], text)
    opened = len(re.findall(r"<!-- (?:stub|solution) ", text))
    if count != opened:
        raise BookError(f"{where}: {opened} stub or solution comments, {count} of them closed by `<!-- end ... -->`")
    return fresh


def _source(name: str) -> str:
    return textwrap.dedent(inspect.getsource(exercise(name).solution))


def main(folder: Path) -> None:
    """Rewrite the stubs of every chapter in a folder; say which files changed."""
    for chapter in load_chapters(folder):
        text = chapter.path.read_text(encoding="utf-8")
        fresh = regenerate(text, chapter.path.name)
        if fresh != text:
            chapter.path.write_text(fresh, encoding="utf-8")
        print(f"{chapter.path.name}: {'written' if fresh != text else 'unchanged'}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "chapters"))
