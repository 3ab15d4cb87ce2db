namespace Nabla.Core;

/// <summary>A node of the expression graph that tracing a method's equations gives.</summary>
public sealed class Symbol
{
    internal Symbol(SymbolKind kind, string? name, double number, params Symbol[] operands)
    {
        Kind = kind;
        Name = name;
        Number = number;
        Operands = operands;
    }

    /// <summary>What the node does.</summary>
    public SymbolKind Kind { get; }

    /// <summary>The name of a leaf, or the name the equations gave to this value; otherwise null.</summary>
    public string? Name { get; internal set; }

    /// <summary>The value of a constant.</summary>
    public double Number { get; }

    /// <summary>What the node works on.</summary>
    public IReadOnlyList<Symbol> Operands { get; }

    /// <summary>The whole expression, written out.</summary>
    public override string ToString() => SymbolPrinter.Write(this, _ => null);
}
