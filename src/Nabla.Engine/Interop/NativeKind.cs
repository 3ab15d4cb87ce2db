namespace Nabla.Engine;

// The same numbers as nabla_kind in native/nabla_bridge.h.
internal enum NativeKind
{
    None = 0,
    Tensor = 1,
    Integer = 2,
    Double = 3,
    Bool = 4,
    TensorList = 5,
    OptionalTensorList = 6,
    IntegerList = 7,
    DoubleList = 8,
    BoolList = 9,
    Device = 10,
    Text = 11,
    Generator = 12,
    DType = 13,
}
