namespace Nabla.Core;

/// <summary>Which lane a step runs on.</summary>
public enum LaneKind
{
    /// <summary>The widest fused lane the processor has for float32, double for float64, tensors for the rest.</summary>
    Auto,

    /// <summary>One float at a time.</summary>
    Float,

    /// <summary>Eight floats at a time.</summary>
    Vector256,

    /// <summary>Sixteen floats at a time.</summary>
    Vector512,

    /// <summary>Whole tensors, through libtorch.</summary>
    Tensor,

    /// <summary>One double at a time; float64 parameters only.</summary>
    Double,
}
