"""Live cells: ordinary ipywidgets around a numba computation in a notebook, its executed figure on the site."""

import inspect
from collections.abc import Callable
from typing import Any

import ipywidgets

from rosetta_core.book.symbols import symbols
from rosetta_core.views.figures import Figure

NOTE = (
    'This computation is too large for the page. <a href="run-it.html">Run the chapter as a notebook</a> to move '
    "its controls: "
)


class Live:
    """A function of its sliders that returns a `figures.Figure`: live with a kernel, a finished figure without.

    In a notebook the widget view wins. On the site and in print the figure at the defaults stands alone, with a link
    to where it runs: there is never a slider that does nothing.
    """

    def __init__(
        self,
        function: Callable[..., Figure],
        sliders: dict[str, tuple[float, float, float]],
        chapter: int | None = None,
    ) -> None:
        defaults = {name: p.default for name, p in inspect.signature(function).parameters.items()}
        for name, ends in sliders.items():
            if name not in defaults or defaults[name] is inspect.Parameter.empty:
                raise ValueError(
                    f"live: {function.__name__} wants a parameter {name!r} with a default value for the slider to "
                    f"start at; it has {', '.join(defaults) or 'no parameters'}"
                )
            if len(ends) != 3 or not ends[0] <= defaults[name] <= ends[1]:
                raise ValueError(
                    f"live: the slider {name!r} wants (low, high, step) with low <= {defaults[name]} <= high; "
                    f"got {ends}"
                )
        self.function = function
        self.words = {name: _words(name, chapter) for name in sliders}
        self.sliders = {
            name: ipywidgets.FloatSlider(
                value=defaults[name],
                min=low,
                max=high,
                step=step,
                description=self.words[name],
                style={"description_width": "initial"},
                continuous_update=False,
            )
            for name, (low, high, step) in sliders.items()
        }
        self.at_defaults = self.figure = function()
        self._image = ipywidgets.HTML(self._shown(self.figure))
        for slider in self.sliders.values():
            slider.observe(self._update, "value")
        self.box = ipywidgets.VBox([*self.sliders.values(), self._image])

    def _update(self, change: Any) -> None:
        self.figure = self.function(**{name: slider.value for name, slider in self.sliders.items()})
        self._image.value = self._shown(self.figure)

    @staticmethod
    def _shown(figure: Figure) -> str:
        return f'<div class="rc-figure">{figure.svg}</div>'

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        bundle: Any = self.box._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        static = self.at_defaults._repr_mimebundle_()
        note = f'<p class="rc-note">{NOTE}{", ".join(self.words.values())}.</p>'
        html = f'<div class="rc-live">{static["text/html"]}{note}</div>'
        return {**data, **static, "text/html": html}, metadata


def _words(name: str, chapter: int | None) -> str:
    """What a slider is called: its symbol's label if there is one symbol of that name, else the name in words."""
    found = (symbols() if chapter is None else symbols().chapter(chapter)).code(name)
    return found[0].label if len(found) == 1 else name.replace("_", " ")


def live(function: Callable[..., Figure], chapter: int | None = None, **sliders: tuple[float, float, float]) -> Live:
    """Sliders `name=(low, high, step)` around a function that returns `figures.show(...)` and has their defaults.

    A slider with the code name of a symbol of the chapter is labelled as that symbol.
    """
    return Live(function, sliders, chapter)
