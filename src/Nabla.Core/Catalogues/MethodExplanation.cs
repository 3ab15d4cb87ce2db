using System.Text;

namespace Nabla.Core;

/// <summary>Writes the explanation of a method; its equations come from running the code on symbols.</summary>
internal static class MethodExplanation
{
    public static string Write(MethodDescriptor method)
    {
        var text = new StringBuilder();
        text.AppendLine($"{method.Name}: {method.Title}");
        text.AppendLine($"paper: {method.Paper}");
        if (method.IsElementwise)
        {
            WriteRule(text, method);
        }
        else
        {
            text.AppendLine($"kind: {method.Kind}").AppendLine().AppendLine("equations, for each round");
            foreach (var equation in method.Equations())
            {
                text.AppendLine($"  {equation}");
            }
        }

        text.AppendLine().AppendLine("options");
        foreach (var option in method.Options)
        {
            text.AppendLine($"  {option.Name} = {OptionText.Write(option.Default)}   ({option.Range}) {option.Summary}");
        }

        if (method.IsElementwise)
        {
            WriteCost(text, method);
        }

        text.AppendLine().AppendLine("departures");
        foreach (var departure in method.Departures.DefaultIfEmpty("none"))
        {
            text.AppendLine($"  {departure}");
        }

        return text.ToString();
    }

    /// <summary>The equations of one setting: every named or shared value, the new state, the new parameter.</summary>
    public static IReadOnlyList<string> Equations(ElementwiseMethod method, MethodOptions options)
    {
        var active = method.ActiveStates(options);
        var parameter = SymbolicLane.Leaf("parameter[t-1]");
        var state = default(State<SymbolicLane>);
        for (var i = 0; i < method.StateNames.Count; i++)
        {
            if ((active >> i & 1) != 0)
            {
                Slot(ref state, i) = SymbolicLane.Leaf($"{method.StateNames[i]}[t-1]");
            }
        }

        var scalars = default(Scalars<SymbolicLane>);
        scalars.Flags = method.Flags(options);
        for (var i = 0; i < method.ScalarDefinitions.Count; i++)
        {
            SetScalar(ref scalars, i, SymbolicLane.Leaf(method.ScalarDefinitions[i].Name));
        }

        method.UpdateSymbols(ref parameter, SymbolicLane.Leaf("gradient"), ref state, in scalars);

        var names = new Dictionary<Symbol, string>(ReferenceEqualityComparer.Instance);
        var roots = new List<Symbol>();
        var copies = new List<string>();
        for (var i = 0; i < method.StateNames.Count; i++)
        {
            if ((active >> i & 1) == 0)
            {
                continue;
            }

            if (Slot(ref state, i).Value is { Kind: SymbolKind.Leaf } copy && copy.Name != $"{method.StateNames[i]}[t-1]")
            {
                copies.Add($"{method.StateNames[i]}[t] = {copy.Name}");
            }
            else if (Slot(ref state, i).Value is { Kind: not SymbolKind.Leaf } next)
            {
                names[next] = $"{method.StateNames[i]}[t]";
                roots.Add(next);
            }
        }

        if (parameter.Value is { Kind: not SymbolKind.Leaf } last)
        {
            names[last] = "parameter[t]";
            roots.Add(last);
        }

        var order = new List<Symbol>();
        var uses = new Dictionary<Symbol, int>(ReferenceEqualityComparer.Instance);
        foreach (var root in roots)
        {
            Visit(root, uses, order);
        }

        var shared = 0;
        foreach (var symbol in order.Where(s => s.Kind is not (SymbolKind.Leaf or SymbolKind.Constant) && !names.ContainsKey(s)))
        {
            if (symbol.Name is { } name)
            {
                names[symbol] = name;
            }
            else if (uses[symbol] > 1)
            {
                names[symbol] = $"x{++shared}";
            }
        }

        return
        [
            .. order.Where(names.ContainsKey).Select(symbol =>
                $"{names[symbol]} = {SymbolPrinter.Write(symbol, s => ReferenceEquals(s, symbol) ? null : names.GetValueOrDefault(s))}"),
            .. copies,
        ];
    }

    private static void WriteRule(StringBuilder text, MethodDescriptor method)
    {
        var defaults = method.NewOptions();
        text.AppendLine().AppendLine("equations, for each element at step t");
        WriteEquations(text, method.Elementwise, defaults);
        foreach (var variant in method.Elementwise.Variants)
        {
            var changed = method.ValuesOf(variant).Where(pair => !pair.Value.Equals(method.ValuesOf(defaults)[pair.Key]))
                .Select(pair => $"{pair.Key}={OptionText.Write(pair.Value)}");
            text.AppendLine().AppendLine($"with {string.Join(", ", changed)}");
            WriteEquations(text, method.Elementwise, variant);
        }

        text.AppendLine().AppendLine("numbers of a step");
        foreach (var scalar in method.Elementwise.ScalarDefinitions)
        {
            text.AppendLine($"  {scalar.Name} = {scalar.Formula}");
        }
    }

    private static void WriteCost(StringBuilder text, MethodDescriptor method)
    {
        var defaults = method.NewOptions();
        text.AppendLine().AppendLine("cost");
        text.AppendLine($"  state: {Bytes(method, defaults)}");
        text.AppendLine($"  memory moved a step: {method.MovedBytes(defaults)} bytes a float32 parameter "
            + $"({method.ReadBytes} read, {method.WrittenBytes} written)");
        foreach (var variant in method.Elementwise.Variants.Where(v => method.ActiveCount(v) != method.ActiveCount(defaults)))
        {
            text.AppendLine($"  with the options above: state {Bytes(method, variant)}, {method.MovedBytes(variant)} bytes moved");
            break;
        }
    }

    private static string Bytes(MethodDescriptor method, MethodOptions options)
    {
        var active = method.Elementwise.ActiveStates(options);
        var names = method.StateNames.Where((_, i) => (active >> i & 1) != 0).ToArray();
        return $"{4 * names.Length} bytes a parameter" + (names.Length == 0 ? string.Empty : $" ({string.Join(", ", names)})");
    }

    private static void WriteEquations(StringBuilder text, ElementwiseMethod method, MethodOptions options)
    {
        foreach (var equation in Equations(method, options))
        {
            text.AppendLine($"  {equation}");
        }
    }

    private static void Visit(Symbol symbol, Dictionary<Symbol, int> uses, List<Symbol> order)
    {
        if (uses.TryGetValue(symbol, out var count))
        {
            uses[symbol] = count + 1;
            return;
        }

        uses[symbol] = 1;
        foreach (var operand in symbol.Operands)
        {
            Visit(operand, uses, order);
        }

        order.Add(symbol);
    }

    private static void SetScalar(ref Scalars<SymbolicLane> scalars, int index, SymbolicLane value) =>
        System.Runtime.CompilerServices.Unsafe.Add(ref scalars.H0, index) = value;

    private static ref SymbolicLane Slot(ref State<SymbolicLane> state, int index) =>
        ref System.Runtime.CompilerServices.Unsafe.Add(ref state.Slot0, index);
}
