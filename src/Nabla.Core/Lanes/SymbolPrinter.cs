namespace Nabla.Core;

/// <summary>Writes expressions with as few brackets as arithmetic allows.</summary>
internal static class SymbolPrinter
{
    /// <summary>Writes an expression; where <paramref name="alias"/> gives a name, the name stands for the node.</summary>
    public static string Write(Symbol root, Func<Symbol, string?> alias)
    {
        return Body(root);

        string Node(Symbol node, int outer, bool right = false)
        {
            if (alias(node) is { } name)
            {
                return name;
            }

            var inner = Rank(node.Kind);
            var text = Body(node);
            return inner < outer || (inner == outer && right) ? $"({text})" : text;
        }

        string Body(Symbol node)
        {
            var rank = Rank(node.Kind);
            string Left() => Node(node.Operands[0], rank);
            string Right(bool strict) => Node(node.Operands[1], rank, strict);
            string Plain(int i) => Node(node.Operands[i], 0);
            return node.Kind switch
            {
                SymbolKind.Leaf => node.Name!,
                SymbolKind.Constant => OptionText.Write(node.Number),
                SymbolKind.Add => $"{Left()} + {Right(false)}",
                SymbolKind.Subtract => $"{Left()} - {Right(true)}",
                SymbolKind.Multiply => $"{Left()} * {Right(true)}",
                SymbolKind.Divide => $"{Left()} / {Right(true)}",
                SymbolKind.Negate => $"-{Node(node.Operands[0], rank, true)}",
                SymbolKind.Sqrt => $"sqrt({Plain(0)})",
                SymbolKind.Exp => $"exp({Plain(0)})",
                SymbolKind.Abs => $"|{Plain(0)}|",
                SymbolKind.Sign => $"sign({Plain(0)})",
                SymbolKind.Min => $"min({Plain(0)}, {Plain(1)})",
                SymbolKind.Max => $"max({Plain(0)}, {Plain(1)})",
                SymbolKind.LessThan => $"{Node(node.Operands[0], 2)} < {Node(node.Operands[1], 2)}",
                SymbolKind.GreaterThan => $"{Node(node.Operands[0], 2)} > {Node(node.Operands[1], 2)}",
                _ => $"({Plain(0)} ? {Plain(1)} : {Plain(2)})",
            };
        }
    }

    private static int Rank(SymbolKind kind) => kind switch
    {
        SymbolKind.LessThan or SymbolKind.GreaterThan => 1,
        SymbolKind.Add or SymbolKind.Subtract => 2,
        SymbolKind.Multiply or SymbolKind.Divide => 3,
        SymbolKind.Negate => 4,
        _ => 9,
    };
}
