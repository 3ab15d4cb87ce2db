using Nabla.Core;

namespace Nabla.Optimizers.Tests.Explanation;

/// <summary>Computes expression graphs in double.</summary>
internal sealed class SymbolValues(IReadOnlyDictionary<string, double> leaves)
{
    private readonly Dictionary<Symbol, double> _known = new(ReferenceEqualityComparer.Instance);

    public double Of(Symbol symbol)
    {
        if (!_known.TryGetValue(symbol, out var value))
        {
            _known[symbol] = value = Compute(symbol, i => Of(symbol.Operands[i]));
        }

        return value;
    }

    private double Compute(Symbol symbol, Func<int, double> part) => symbol.Kind switch
    {
        SymbolKind.Leaf => leaves[symbol.Name!],
        SymbolKind.Constant => symbol.Number,
        SymbolKind.Add => part(0) + part(1),
        SymbolKind.Subtract => part(0) - part(1),
        SymbolKind.Multiply => part(0) * part(1),
        SymbolKind.Divide => part(0) / part(1),
        SymbolKind.Negate => -part(0),
        SymbolKind.Sqrt => Math.Sqrt(part(0)),
        SymbolKind.Exp => Math.Exp(part(0)),
        SymbolKind.Abs => Math.Abs(part(0)),
        SymbolKind.Sign => Math.Sign(part(0)),
        SymbolKind.Min => Math.Min(part(0), part(1)),
        SymbolKind.Max => Math.Max(part(0), part(1)),
        SymbolKind.LessThan => part(0) < part(1) ? 1 : 0,
        SymbolKind.GreaterThan => part(0) > part(1) ? 1 : 0,
        SymbolKind.Select => part(0) != 0 ? part(1) : part(2),
        _ => throw new InvalidOperationException($"No value is known for {symbol.Kind}."),
    };
}
