"""Tuples in registers: what an integrator does with states, as numba intrinsics and, without compilation, in Python.

Numba's own ``to_fixed_tuple`` and ``tuple_setitem`` go through memory; these build the tuple from values, so a step of
a whole model stays in registers and costs what hand-written code costs.
"""

from typing import Any

from numba import config, types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic


@intrinsic(prefer_literal=True)
def _load(context, array, node, count):
    """Column `node` of array[row, node] as a tuple of `count` floats."""
    if not isinstance(count, types.IntegerLiteral):
        raise TypingError("load needs the number of rows as a constant")
    rows = count.literal_value
    result = types.UniTuple(array.dtype, rows)

    def generate(context, builder, signature, arguments):
        from numba.np.arrayobj import load_item, make_array

        array_type = signature.args[0]
        view = make_array(array_type)(context, builder, arguments[0])
        values = []
        for row in range(rows):
            index = [context.get_constant(types.intp, row), arguments[1]]
            values.append(
                load_item(
                    context,
                    builder,
                    array_type,
                    cgutils.get_item_pointer(context, builder, array_type, view, index),
                )
            )
        return context.make_tuple(builder, result, values)

    return result(array, types.intp, count), generate


@intrinsic
def _store(context, array, node, values):
    """Write a tuple into column `node` of array[row, node]."""

    def generate(context, builder, signature, arguments):
        from numba.np.arrayobj import make_array, store_item

        array_type = signature.args[0]
        view = make_array(array_type)(context, builder, arguments[0])
        for row, value in enumerate(cgutils.unpack_tuple(builder, arguments[2])):
            index = [context.get_constant(types.intp, row), arguments[1]]
            store_item(
                context,
                builder,
                array_type,
                value,
                cgutils.get_item_pointer(context, builder, array_type, view, index),
            )
        return context.get_dummy_value()

    return types.none(array, types.intp, values), generate


@intrinsic
def _axpy(context, x, h, k):
    """x + h * k, element by element."""

    def generate(context, builder, signature, arguments):
        x, h, k = arguments
        pairs = zip(cgutils.unpack_tuple(builder, x), cgutils.unpack_tuple(builder, k), strict=True)
        return context.make_tuple(
            builder, signature.return_type, [builder.fadd(a, builder.fmul(h, b)) for a, b in pairs]
        )

    if not (isinstance(x, types.UniTuple) and x == k):
        raise TypingError(f"x + h k wants two tuples of one length, got {x} and {k}")
    return x(x, types.float64, k), generate


@intrinsic
def _scaled_product(context, a, b, h):
    """a * b * h, element by element."""

    def generate(context, builder, signature, arguments):
        a, b, h = arguments
        pairs = zip(cgutils.unpack_tuple(builder, a), cgutils.unpack_tuple(builder, b), strict=True)
        return context.make_tuple(
            builder, signature.return_type, [builder.fmul(builder.fmul(x, y), h) for x, y in pairs]
        )

    return a(a, b, types.float64), generate


@intrinsic
def _total(context, x):
    """Sum of the elements."""

    def generate(context, builder, signature, arguments):
        first, *rest = cgutils.unpack_tuple(builder, arguments[0])
        for value in rest:
            first = builder.fadd(first, value)
        return first

    return x.dtype(x), generate


if config.DISABLE_JIT:  # type: ignore[attr-defined]

    def load(array: Any, node: int, count: int) -> tuple[float, ...]:
        return tuple(array[row, node] for row in range(count))

    def store(array: Any, node: int, values: tuple[float, ...]) -> None:
        for row, value in enumerate(values):
            array[row, node] = value

    def axpy(x: tuple[float, ...], h: float, k: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(a + h * b for a, b in zip(x, k, strict=True))

    def scaled_product(a: tuple[float, ...], b: tuple[float, ...], h: float) -> tuple[float, ...]:
        return tuple(x * y * h for x, y in zip(a, b, strict=True))

    def total(x: tuple[float, ...]) -> float:
        return sum(x[1:], x[0])

else:
    load, store, axpy, scaled_product, total = _load, _store, _axpy, _scaled_product, _total
