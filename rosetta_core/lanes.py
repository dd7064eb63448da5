"""Lanes: several numbers side by side, as numba types that the same kernels run on.

A model is a function on tuples of floats. Called with tuples of lanes it computes `WIDTH` nodes at once, whatever the
compiler's own vectoriser makes of the loop around it. One node alone is a lane of width 1, so that one node and many
go through the same operations and give the same bits.

Beside floats, lanes differ in one thing: a product that is added to something is rounded once, with the sum, by a fused
multiply-add. Which products is settled here, not by the compiler's cost model, so it does not depend on the width.
Floats, rounded twice, are what the page computes with, since WebAssembly has no such operation.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.core.imputils import lower_builtin, lower_cast
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import models, register_model

WIDTH = 1 if config.DISABLE_JIT else 16  # two registers of eight: one hides how long the other takes


class Lanes(types.Type):
    """`width` numbers of one type."""

    def __init__(self, dtype: Any, width: int) -> None:
        self.dtype, self.width = dtype, width
        super().__init__(name=f"lanes({dtype} x {width})")


ONE, MANY = Lanes(types.float64, 1), Lanes(types.float64, WIDTH)
WORDS = Lanes(types.uint64, WIDTH)
FLOATS = (ONE, MANY)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Lanes) -> None:
        element = ir.DoubleType() if fe_type.dtype == types.float64 else ir.IntType(64)
        super().__init__(dmm, fe_type, element if fe_type.width == 1 else ir.VectorType(element, fe_type.width))


def splat(builder: Any, value: Any, kind: Any) -> Any:
    """A number as an LLVM value of the type `kind`, the same in all lanes."""
    if value.type == kind:
        return value
    if isinstance(value, ir.Constant):
        return ir.Constant(kind, [value.constant] * kind.count)
    nothing, word = ir.Constant(kind, ir.Undefined), ir.IntType(32)
    first = builder.insert_element(nothing, value, ir.Constant(word, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(word, kind.count), [0] * kind.count))


def alike(builder: Any, *values: Any) -> list[Any]:
    """LLVM floats and vectors of floats as values of one type."""
    kind = next((v.type for v in values if isinstance(v.type, ir.VectorType)), values[0].type)
    return [splat(builder, v, kind) for v in values]


def constant(kind: Any, value: Any) -> Any:
    """An LLVM constant of type `kind`, a number or a vector."""
    return ir.Constant(kind, [value] * kind.count if isinstance(kind, ir.VectorType) else value)


def bits_of(kind: Any) -> Any:
    """The LLVM type of whole numbers with the bits of a float or a vector of floats."""
    word = ir.IntType(64)
    return ir.VectorType(word, kind.count) if isinstance(kind, ir.VectorType) else word


def widest(*kinds: Any) -> Any:
    """The numba type that a result of arguments of these types has: lanes if one of them is, else a float."""
    return next((kind for kind in kinds if isinstance(kind, Lanes)), types.float64)


def llvm_call(builder: Any, name: str, *values: Any) -> Any:
    """The LLVM intrinsic `name` for floats or vectors of floats of one type."""
    kind = values[0].type
    suffix = f"v{kind.count}f64" if isinstance(kind, ir.VectorType) else "f64"
    function = ir.FunctionType(kind, [kind] * len(values))
    return builder.call(cgutils.get_or_insert_function(builder.module, function, f"llvm.{name}.{suffix}"), values)


def multiply_add(builder: Any, element: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c on LLVM values of one type: rounded once in lanes, twice where `element` is a float."""
    if isinstance(element, Lanes):
        return llvm_call(builder, "fma", a, b, c)
    return builder.fadd(builder.fmul(a, b), c)


@lower_cast(types.Number, Lanes)
def _number_to_lanes(context: Any, builder: Any, fromty: Any, toty: Any, value: Any) -> Any:
    number = context.cast(builder, value, fromty, toty.dtype)
    if toty.width == 1 and isinstance(number, ir.Instruction):
        # In wide lanes a product of plain numbers is spread out and no longer a product; here it would look like one.
        return builder.bitcast(builder.bitcast(number, ir.IntType(64)), number.type)
    return splat(builder, number, context.get_value_type(toty))


def _operation(symbol: Any, instructions: dict[Lanes, str]) -> None:
    """Give lanes, and lanes with plain numbers, a binary operator."""

    @infer_global(symbol)
    class Operation(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            found = [each for each in args if each in instructions]
            if len(args) != 2 or not all(each == found[0] or isinstance(each, types.Number) for each in args if found):
                return None
            return signature(found[0], found[0], found[0]) if found else None

    for kind, name in instructions.items():
        lower_builtin(symbol, kind, kind)(_lowering(name))


def _lowering(name: str) -> Callable[..., Any]:
    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = args
        if name in ("fadd", "fsub"):
            for product, other in ((a, b), (b, a)):
                if isinstance(product, ir.Instruction) and product.opname == "fmul":
                    x, y = product.operands
                    if name == "fsub" and product is a:
                        other = builder.fneg(other)
                    elif name == "fsub":
                        x = builder.fneg(x)
                    return llvm_call(builder, "fma", x, y, other)
        return getattr(builder, name)(a, b)

    return lower


_operation(operator.add, dict.fromkeys(FLOATS, "fadd") | {WORDS: "add"})
_operation(operator.sub, dict.fromkeys(FLOATS, "fsub"))
_operation(operator.mul, dict.fromkeys(FLOATS, "fmul"))
_operation(operator.truediv, dict.fromkeys(FLOATS, "fdiv"))
_operation(operator.xor, {WORDS: "xor"})
_operation(operator.or_, {WORDS: "or_"})
_operation(operator.and_, {WORDS: "and_"})
_operation(operator.lshift, {WORDS: "shl"})
_operation(operator.rshift, {WORDS: "lshr"})


@infer_global(operator.neg)
class _Negative(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        return signature(args[0], args[0]) if args[0] in FLOATS else None


for _kind in FLOATS:
    lower_builtin(operator.neg, _kind)(lambda context, builder, sig, args: builder.fneg(args[0]))
