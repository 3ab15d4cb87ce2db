namespace Nabla.Core;

/// <summary>Symbols instead of numbers: running the equations once gives their expression graph.</summary>
/// <param name="Value">The node; null stands for zero, as in a fresh state.</param>
public readonly record struct SymbolicLane(Symbol? Value) : ILane<SymbolicLane>
{
    // What a part of a method leaves out is zero, and says nothing in an equation.
    private bool IsZero => Value is { Kind: SymbolKind.Constant, Number: 0 };

    internal Symbol Symbol => Value ?? new Symbol(SymbolKind.Constant, null, 0);

    /// <summary>Sum.</summary>
    public static SymbolicLane operator +(SymbolicLane left, SymbolicLane right) =>
        left.IsZero ? right : right.IsZero ? left : Make(SymbolKind.Add, left, right);

    /// <summary>Difference.</summary>
    public static SymbolicLane operator -(SymbolicLane left, SymbolicLane right) =>
        right.IsZero ? left : Make(SymbolKind.Subtract, left, right);

    /// <summary>Product.</summary>
    public static SymbolicLane operator *(SymbolicLane left, SymbolicLane right) =>
        Make(SymbolKind.Multiply, left, right);

    /// <summary>Quotient.</summary>
    public static SymbolicLane operator /(SymbolicLane left, SymbolicLane right) =>
        Make(SymbolKind.Divide, left, right);

    /// <summary>Opposite.</summary>
    public static SymbolicLane operator -(SymbolicLane value) => Make(SymbolKind.Negate, value);

    /// <inheritdoc/>
    public static SymbolicLane FromDouble(double value) => new(new Symbol(SymbolKind.Constant, null, value));

    /// <inheritdoc/>
    public static SymbolicLane Sqrt(SymbolicLane value) => Make(SymbolKind.Sqrt, value);

    /// <inheritdoc/>
    public static SymbolicLane Exp(SymbolicLane value) => Make(SymbolKind.Exp, value);

    /// <inheritdoc/>
    public static SymbolicLane Min(SymbolicLane left, SymbolicLane right) => Make(SymbolKind.Min, left, right);

    /// <inheritdoc/>
    public static SymbolicLane Max(SymbolicLane left, SymbolicLane right) => Make(SymbolKind.Max, left, right);

    /// <inheritdoc/>
    public static SymbolicLane Abs(SymbolicLane value) => Make(SymbolKind.Abs, value);

    /// <inheritdoc/>
    public static SymbolicLane Sign(SymbolicLane value) => Make(SymbolKind.Sign, value);

    /// <inheritdoc/>
    public static SymbolicLane LessThan(SymbolicLane left, SymbolicLane right) =>
        Make(SymbolKind.LessThan, left, right);

    /// <inheritdoc/>
    public static SymbolicLane GreaterThan(SymbolicLane left, SymbolicLane right) =>
        Make(SymbolKind.GreaterThan, left, right);

    /// <inheritdoc/>
    public static SymbolicLane Select(SymbolicLane mask, SymbolicLane yes, SymbolicLane no) =>
        Make(SymbolKind.Select, mask, yes, no);

    /// <inheritdoc/>
    public static SymbolicLane Named(SymbolicLane value, string name)
    {
        // A leaf keeps its own name: a new one would hide where the value comes from.
        if (value.Symbol.Kind != SymbolKind.Leaf)
        {
            value.Symbol.Name = name;
        }

        return value;
    }

    internal static SymbolicLane Leaf(string name) => new(new Symbol(SymbolKind.Leaf, name, 0));

    private static SymbolicLane Make(SymbolKind kind, params ReadOnlySpan<SymbolicLane> operands)
    {
        var nodes = new Symbol[operands.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = operands[i].Symbol;
        }

        return new(new Symbol(kind, null, 0, nodes));
    }
}
