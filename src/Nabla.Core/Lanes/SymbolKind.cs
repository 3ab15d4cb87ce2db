namespace Nabla.Core;

/// <summary>What a node of an expression graph does.</summary>
public enum SymbolKind
{
    /// <summary>A name: parameter, gradient, state or scalar.</summary>
    Leaf,

    /// <summary>A number.</summary>
    Constant,

    /// <summary>Sum of two.</summary>
    Add,

    /// <summary>Difference of two.</summary>
    Subtract,

    /// <summary>Product of two.</summary>
    Multiply,

    /// <summary>Quotient of two.</summary>
    Divide,

    /// <summary>Opposite of one.</summary>
    Negate,

    /// <summary>Square root of one.</summary>
    Sqrt,

    /// <summary>Exponential of one.</summary>
    Exp,

    /// <summary>Smaller of two.</summary>
    Min,

    /// <summary>Greater of two.</summary>
    Max,

    /// <summary>Absolute value of one.</summary>
    Abs,

    /// <summary>Sign of one.</summary>
    Sign,

    /// <summary>Whether the first is less than the second.</summary>
    LessThan,

    /// <summary>Whether the first is greater than the second.</summary>
    GreaterThan,

    /// <summary>The second where the first holds, the third elsewhere.</summary>
    Select,
}
