namespace Nabla.Core;

/// <summary>Arithmetic operations that one element costs a step, counted in the traced equations.</summary>
/// <param name="Additions">Sums and differences.</param>
/// <param name="Multiplications">Products.</param>
/// <param name="Divisions">Quotients.</param>
/// <param name="Roots">Square roots.</param>
/// <param name="Others">Comparisons, choices, signs, absolute values, minima and maxima.</param>
public readonly record struct OperationCount(int Additions, int Multiplications, int Divisions, int Roots, int Others)
{
    /// <summary>All operations.</summary>
    public int Total => Additions + Multiplications + Divisions + Roots + Others;

    /// <inheritdoc/>
    public override string ToString()
    {
        (int Count, string One, string Many)[] parts =
        [
            (Additions, "addition", "additions"), (Multiplications, "multiplication", "multiplications"),
            (Divisions, "division", "divisions"), (Roots, "square root", "square roots"), (Others, "other", "others"),
        ];
        var present = parts.Where(p => p.Count > 0).Select(p => $"{p.Count} {(p.Count == 1 ? p.One : p.Many)}").ToArray();
        return present.Length == 0 ? "none" : string.Join(", ", present);
    }

    internal static OperationCount Of(IReadOnlyList<Symbol> roots)
    {
        var seen = new HashSet<Symbol>(ReferenceEqualityComparer.Instance);
        var counts = new int[5];
        foreach (var root in roots)
        {
            Visit(root);
        }

        return new(counts[0], counts[1], counts[2], counts[3], counts[4]);

        void Visit(Symbol symbol)
        {
            if (!seen.Add(symbol))
            {
                return;
            }

            if (symbol.Kind is not (SymbolKind.Leaf or SymbolKind.Constant))
            {
                counts[symbol.Kind switch
                {
                    SymbolKind.Add or SymbolKind.Subtract => 0,
                    SymbolKind.Multiply => 1,
                    SymbolKind.Divide => 2,
                    SymbolKind.Sqrt => 3,
                    _ => 4,
                }]++;
            }

            foreach (var operand in symbol.Operands)
            {
                Visit(operand);
            }
        }
    }
}
