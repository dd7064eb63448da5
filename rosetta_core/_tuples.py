"""Tuples in registers: what an integrator does with states, as numba intrinsics and, without compilation, in Python.

Numba's own ``to_fixed_tuple`` and ``tuple_setitem`` go through memory; these build the tuple from values, so a step of
a whole model stays in registers and costs what hand-written code costs. Elements are floats or lanes.
"""

import functools
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

from rosetta_core.lanes import MANY, ONE, alike, constant, multiply_add, splat, widest


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, row: Any, column: Any) -> Any:
    from numba.np.arrayobj import make_array

    view = make_array(array_type)(context, builder, array)
    return cgutils.get_item_pointer(context, builder, array_type, view, [row, column])


def _loader(element: Any) -> Callable[..., Any]:
    """Intrinsic (array, first, column, count) -> tuple of array[first + r, column] (and the columns beside it)."""

    @intrinsic(prefer_literal=True)
    def load(context, array, first, column, count):
        if not isinstance(count, types.IntegerLiteral):
            raise TypingError("load needs the number of rows as a constant")
        rows = count.literal_value
        result = types.UniTuple(element, rows)

        def generate(context, builder, signature, arguments):
            array, first, column, _ = arguments
            kind = context.get_value_type(element)
            values = []
            for row in range(rows):
                at = builder.add(first, context.get_constant(types.intp, row))
                pointer = _pointer(context, builder, signature.args[0], array, at, column)
                values.append(builder.load(builder.bitcast(pointer, kind.as_pointer()), align=8))
            return context.make_tuple(builder, result, values)

        return result(array, types.intp, types.intp, count), generate

    return load


def _storer(element: Any) -> Callable[..., Any]:
    """Intrinsic that writes a tuple of such elements into array[first + r, column] and the columns beside it."""

    @intrinsic
    def store(context, array, first, column, values):
        def generate(context, builder, signature, arguments):
            array, first, column, values = arguments
            for row, value in enumerate(cgutils.unpack_tuple(builder, values)):
                value = splat(builder, value, context.get_value_type(element))
                at = builder.add(first, context.get_constant(types.intp, row))
                pointer = _pointer(context, builder, signature.args[0], array, at, column)
                builder.store(value, builder.bitcast(pointer, value.type.as_pointer()), align=8)
            return context.get_dummy_value()

        return types.none(array, types.intp, types.intp, values), generate

    return store


@intrinsic
def _axpy(context, x, h, k):
    """x + h * k, element by element, by `fma`."""
    if not (isinstance(x, types.BaseTuple) and isinstance(k, types.BaseTuple) and len(x) == len(k)):
        raise TypingError(f"x + h k wants two tuples of one length, got {x} and {k}")
    element = widest(*x, *k)

    def generate(context, builder, signature, arguments):
        x, h, k = arguments
        kind = context.get_value_type(element)
        pairs = zip(cgutils.unpack_tuple(builder, x), cgutils.unpack_tuple(builder, k), strict=True)
        values = [multiply_add(builder, element, *(splat(builder, v, kind) for v in (h, b, a))) for a, b in pairs]
        return context.make_tuple(builder, signature.return_type, values)

    return types.UniTuple(element, len(x))(x, types.float64, k), generate


@intrinsic
def _plus(context, a, b):
    """a + b, element by element."""
    element = widest(*a, *b)

    def generate(context, builder, signature, arguments):
        kind = context.get_value_type(element)
        a, b = ([splat(builder, v, kind) for v in cgutils.unpack_tuple(builder, each)] for each in arguments)
        return context.make_tuple(
            builder, signature.return_type, [builder.fadd(*pair) for pair in zip(a, b, strict=True)]
        )

    return types.UniTuple(element, len(a))(a, b), generate


def adder(size: int, where: tuple[int, ...]) -> Any:
    """Kernel (values, extra) -> values with extra[m] added to element where[m]; other elements stay as they are."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]

        def add(values: tuple[float, ...], extra: tuple[float, ...]) -> tuple[float, ...]:
            out = list(values)
            for index, value in zip(where, extra, strict=True):
                out[index] = out[index] + value
            return tuple(out)

        return add

    @intrinsic
    def _add(context, values, extra):
        element = widest(*values, *extra)

        def generate(context, builder, signature, arguments):
            kind = context.get_value_type(element)
            out, more = ([splat(builder, v, kind) for v in cgutils.unpack_tuple(builder, a)] for a in arguments)
            for index, value in zip(where, more, strict=True):
                out[index] = builder.fadd(out[index], value)
            return context.make_tuple(builder, signature.return_type, out)

        return types.UniTuple(element, size)(values, extra), generate

    return _add


@intrinsic
def _finite(context, x):
    """Whether all elements are finite: x - x is zero for numbers that are, and the sum of them all is not NaN."""

    def generate(context, builder, signature, arguments):
        total = None
        for value in cgutils.unpack_tuple(builder, arguments[0]):
            zero = builder.fsub(value, value)
            total = zero if total is None else builder.fadd(*alike(builder, total, zero))
        if isinstance(total.type, ir.VectorType):
            lanes = [builder.extract_element(total, ir.Constant(ir.IntType(32), i)) for i in range(total.type.count)]
            total = functools.reduce(builder.fadd, lanes)
        return builder.fcmp_ordered("==", total, constant(total.type, 0.0))

    return types.boolean(x), generate


@intrinsic
def _align_stack(context):
    """Begin the function's part of the stack on a cache line, so that lanes put aside there do not straddle two.

    LLVM aligns it only for variables that it sees from the start, so here is one; the empty assembly keeps it.
    """

    def generate(context, builder, signature, arguments):
        kind = ir.VectorType(ir.DoubleType(), 8)
        line = cgutils.alloca_once(builder, kind)
        line.align = 64
        use = ir.FunctionType(ir.VoidType(), [kind.as_pointer()])
        builder.call(ir.InlineAsm(use, "", "r", side_effect=True), [line])
        return context.get_dummy_value()

    return types.none(), generate


@intrinsic
def _filled(context, value):
    """A tuple of one element: lanes that all hold the number."""
    result = types.UniTuple(MANY, 1)

    def generate(context, builder, signature, arguments):
        kind = context.get_value_type(MANY)
        return context.make_tuple(builder, result, [splat(builder, arguments[0], kind)])

    return result(types.float64), generate


if config.DISABLE_JIT:  # type: ignore[attr-defined]
    import math

    def load(array: Any, first: int, column: int, count: int) -> tuple[float, ...]:
        return tuple(array[first + row, column] for row in range(count))

    def store(array: Any, first: int, column: int, values: tuple[float, ...]) -> None:
        for row, value in enumerate(values):
            array[first + row, column] = value

    def axpy(x: tuple[float, ...], h: float, k: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(a + h * b for a, b in zip(x, k, strict=True))

    def plus(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(x + y for x, y in zip(a, b, strict=True))

    def filled(value: float) -> tuple[float, ...]:
        return (value,)

    def align_stack() -> None:
        pass

    def finite(x: tuple[float, ...]) -> bool:
        return all(math.isfinite(value) for value in x)

    load_one = load_many = load_complex = load
    store_one = store_many = store_complex = store
else:
    align_stack: Any = _align_stack
    load: Any = _loader(types.float64)
    load_one: Any = _loader(ONE)
    load_many: Any = _loader(MANY)
    load_complex: Any = _loader(types.complex128)
    store: Any = _storer(types.float64)
    store_one: Any = _storer(ONE)
    store_many: Any = _storer(MANY)
    store_complex: Any = _storer(types.complex128)
    axpy: Any = _axpy
    filled: Any = _filled
    finite: Any = _finite
    plus: Any = _plus
