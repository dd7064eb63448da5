"""Lowers the models of all explorations ahead, on all cores: `python -m rosetta_core.views.prepare`, before a build."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from rosetta_core.book.explorations import EXPLORATIONS


def prepare(name: str) -> str:
    """The exploration of that name, made once: its modules and compiled kernels stay on the disk."""
    from rosetta_core.views.explorer import explore

    explore(name)
    return name


if __name__ == "__main__":
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        list(pool.map(prepare, sorted(path.stem for path in EXPLORATIONS.glob("ch*.yml"))))
