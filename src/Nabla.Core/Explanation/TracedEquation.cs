namespace Nabla.Core;

/// <summary>One line of a traced step.</summary>
/// <param name="Name">The quantity it defines, such as <c>m[t]</c>.</param>
/// <param name="Value">Its expression.</param>
/// <param name="Alias">The names of the quantities that other lines define.</param>
internal sealed record TracedEquation(string Name, Symbol Value, Func<Symbol, string?> Alias)
{
    /// <summary>The right-hand side as a formula over names.</summary>
    public Formula Formula => Alias(Value) is { } name ? new Formula.Name(name) : Body(Value);

    public override string ToString() => $"{Name} = {Alias(Value) ?? SymbolPrinter.Write(Value, Alias)}";

    private Formula Node(Symbol symbol) => Alias(symbol) is { } name ? new Formula.Name(name) : Body(symbol);

    private Formula Body(Symbol symbol)
    {
        Formula Part(int i) => Node(symbol.Operands[i]);
        return symbol.Kind switch
        {
            SymbolKind.Leaf => new Formula.Name(symbol.Name!),
            SymbolKind.Constant => new Formula.Number(symbol.Number),
            SymbolKind.Add => new Formula.Binary("+", Part(0), Part(1)),
            SymbolKind.Subtract => new Formula.Binary("-", Part(0), Part(1)),
            SymbolKind.Multiply => new Formula.Binary("*", Part(0), Part(1)),
            SymbolKind.Divide => new Formula.Binary("/", Part(0), Part(1)),
            SymbolKind.Negate => new Formula.Negative(Part(0)),
            SymbolKind.Sqrt => new Formula.Call("sqrt", Part(0)),
            SymbolKind.Exp => new Formula.Call("exp", Part(0)),
            SymbolKind.Abs => new Formula.Call("abs", Part(0)),
            SymbolKind.Sign => new Formula.Call("sign", Part(0)),
            SymbolKind.Min => new Formula.Call("min", Part(0), Part(1)),
            SymbolKind.Max => new Formula.Call("max", Part(0), Part(1)),
            SymbolKind.LessThan => new Formula.Binary("<", Part(0), Part(1)),
            SymbolKind.GreaterThan => new Formula.Binary(">", Part(0), Part(1)),
            SymbolKind.Select => new Formula.Choice(Part(0), Part(1), Part(2)),
            _ => throw new InvalidOperationException($"No formula is known for {symbol.Kind}."),
        };
    }
}
