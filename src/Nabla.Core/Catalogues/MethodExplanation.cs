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
        if (method.Elementwise is { } rule)
        {
            WriteRule(text, method, rule);
        }
        else
        {
            if (method.Whole is null)
            {
                text.AppendLine($"kind: {method.Kind}");
            }

            text.AppendLine().AppendLine(method.Whole is null ? "equations, for each round" : "equations, for each tensor at step t");
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

        if (method.Elementwise is { } fused)
        {
            WriteCost(text, method, fused);
        }
        else if (method.Whole is { } whole)
        {
            WriteCost(text, method, whole);
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
        for (var i = 0; i < method.StateNames.Count; i++)
        {
            if ((active >> i & 1) != 0 && Slot(ref state, i).Value is { Kind: not SymbolKind.Leaf } next)
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
        ];
    }

    private static void WriteRule(StringBuilder text, MethodDescriptor method, ElementwiseMethod rule)
    {
        var defaults = method.NewOptions();
        text.AppendLine().AppendLine("equations, for each element at step t");
        WriteEquations(text, rule, defaults);
        foreach (var variant in rule.Variants)
        {
            var changed = method.ValuesOf(variant).Where(pair => !pair.Value.Equals(method.ValuesOf(defaults)[pair.Key]))
                .Select(pair => $"{pair.Key}={OptionText.Write(pair.Value)}");
            text.AppendLine().AppendLine($"with {string.Join(", ", changed)}");
            WriteEquations(text, rule, variant);
        }

        text.AppendLine().AppendLine("numbers of a step");
        foreach (var scalar in rule.ScalarDefinitions)
        {
            text.AppendLine($"  {scalar.Name} = {scalar.Formula}");
        }
    }

    private static void WriteCost(StringBuilder text, MethodDescriptor method, TensorMethod rule)
    {
        text.AppendLine().AppendLine("cost");
        foreach (long[] shape in (long[][])[[1024, 1024], [1024]])
        {
            var states = rule.States(method.NewOptions(), shape);
            var names = states.Count == 0
                ? string.Empty
                : $" ({string.Join(", ", states.Select(s => s.Shape.Length == 0 ? s.Name : $"{s.Name} {string.Join('×', s.Shape)}"))})";
            text.AppendLine($"  state of a {string.Join('×', shape)} parameter: {4 * states.Sum(s => s.ElementCount)} bytes{names}");
        }

        text.AppendLine("  runs on whole tensors through libtorch");
    }

    private static void WriteCost(StringBuilder text, MethodDescriptor method, ElementwiseMethod rule)
    {
        var defaults = method.NewOptions();
        text.AppendLine().AppendLine("cost");
        text.AppendLine($"  state: {Bytes(rule, defaults)}");
        text.AppendLine($"  memory moved a step: {method.MovedBytes(defaults)} bytes a float32 parameter "
            + $"({method.ReadBytes} read, {method.WrittenBytes} written)");
        foreach (var variant in rule.Variants.Where(v => method.StateBytes(v) != method.StateBytes(defaults)))
        {
            text.AppendLine($"  with the options above: state {Bytes(rule, variant)}, {method.MovedBytes(variant)} bytes moved");
            break;
        }
    }

    private static string Bytes(ElementwiseMethod method, MethodOptions options)
    {
        var active = method.ActiveStates(options);
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
