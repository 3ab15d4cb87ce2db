namespace Nabla.Engine;

// The few operators that the tensor class itself is made of; the rest are generated.
internal static class BasicOperators
{
    public static readonly OperatorHandle Add = new("aten::add", "Tensor");
    public static readonly OperatorHandle AddScalar = new("aten::add", "Scalar");
    public static readonly OperatorHandle Alias = new("aten::alias", "");
    public static readonly OperatorHandle Arange = new("aten::arange", "start");
    public static readonly OperatorHandle Contiguous = new("aten::contiguous", "");
    public static readonly OperatorHandle Copy = new("aten::copy_", "");
    public static readonly OperatorHandle Detach = new("aten::detach", "");
    public static readonly OperatorHandle Div = new("aten::div", "Tensor");
    public static readonly OperatorHandle DivScalar = new("aten::div", "Scalar");
    public static readonly OperatorHandle Empty = new("aten::empty", "memory_format");
    public static readonly OperatorHandle EmptyLike = new("aten::empty_like", "");
    public static readonly OperatorHandle Fill = new("aten::fill_", "Scalar");
    public static readonly OperatorHandle Full = new("aten::full", "");
    public static readonly OperatorHandle Index = new("aten::index", "Tensor");
    public static readonly OperatorHandle Item = new("aten::item", "");
    public static readonly OperatorHandle Mul = new("aten::mul", "Tensor");
    public static readonly OperatorHandle MulScalar = new("aten::mul", "Scalar");
    public static readonly OperatorHandle Neg = new("aten::neg", "");
    public static readonly OperatorHandle Ones = new("aten::ones", "");
    public static readonly OperatorHandle OnesLike = new("aten::ones_like", "");
    public static readonly OperatorHandle Rand = new("aten::rand", "generator");
    public static readonly OperatorHandle Randn = new("aten::randn", "generator");
    public static readonly OperatorHandle RSubScalar = new("aten::rsub", "Scalar");
    public static readonly OperatorHandle Select = new("aten::select", "int");
    public static readonly OperatorHandle Slice = new("aten::slice", "Tensor");
    public static readonly OperatorHandle Sub = new("aten::sub", "Tensor");
    public static readonly OperatorHandle SubScalar = new("aten::sub", "Scalar");
    public static readonly OperatorHandle ToCopy = new("aten::_to_copy", "");
    public static readonly OperatorHandle Unsqueeze = new("aten::unsqueeze", "");
    public static readonly OperatorHandle Zeros = new("aten::zeros", "");
    public static readonly OperatorHandle ZerosLike = new("aten::zeros_like", "");
}
