namespace Nabla.Core;

/// <summary>
/// One step of an element-wise rule as expressions, from running its code on symbols. The leaves are
/// <c>parameter[t-1]</c>, <c>gradient</c>, <c>NAME[t-1]</c> for a state, and the names of the scalars.
/// </summary>
public sealed class RuleTrace
{
    private RuleTrace(Symbol parameter, IReadOnlyDictionary<string, Symbol> states)
    {
        Parameter = parameter;
        States = states;
    }

    /// <summary>The new parameter.</summary>
    public Symbol Parameter { get; }

    /// <summary>The new states by name; only those that the options use.</summary>
    public IReadOnlyDictionary<string, Symbol> States { get; }

    /// <summary>What one element costs, every shared value counted once.</summary>
    public OperationCount Operations => OperationCount.Of([.. States.Values, Parameter]);

    internal static RuleTrace Of(ElementwiseMethod method, MethodOptions options)
    {
        var active = method.ActiveStates(options);
        var (parameter, state, scalars) = Leaves(method, options);
        method.Kernel.UpdateSymbols(ref parameter, SymbolicLane.Leaf("gradient"), ref state, scalars);
        var states = new OrderedDictionary<string, Symbol>(StringComparer.Ordinal);
        for (var i = 0; i < method.StateNames.Count; i++)
        {
            if ((active >> i & 1) != 0)
            {
                states.Add(method.StateNames[i], Slot(ref state, i).Symbol);
            }
        }

        return new(parameter.Symbol, states);
    }

    /// <summary>What an element adds to each reduction, written out.</summary>
    internal static IReadOnlyList<string> Summands(ElementwiseMethod method, MethodOptions options)
    {
        var (parameter, state, scalars) = Leaves(method, options);
        var gradient = SymbolicLane.Leaf("gradient");
        return
        [
            .. Enumerable.Range(0, method.Reductions.Count)
                .Select(i => method.Kernel.SummandOfSymbols(
                    method.KernelReduction(i), parameter, gradient, in state, scalars).Symbol.ToString()),
        ];
    }

    /// <summary>The equations in the order they are computed: every named or shared value, the states, the parameter.</summary>
    internal IReadOnlyList<TracedEquation> Equations()
    {
        var names = new Dictionary<Symbol, string>(ReferenceEqualityComparer.Instance);
        var roots = new List<Symbol>();
        foreach (var (name, next) in States)
        {
            if (next.Kind != SymbolKind.Leaf && names.TryAdd(next, $"{name}[t]"))
            {
                roots.Add(next);
            }
        }

        if (Parameter.Kind != SymbolKind.Leaf && names.TryAdd(Parameter, "parameter[t]"))
        {
            roots.Add(Parameter);
        }

        var order = new List<Symbol>();
        var uses = new Dictionary<Symbol, int>(ReferenceEqualityComparer.Instance);
        foreach (var root in roots)
        {
            Visit(root, uses, order);
        }

        NameShared(order, uses, names);
        var equations = order.Where(names.ContainsKey)
            .Select(s => new TracedEquation(names[s], s, other => ReferenceEquals(other, s) ? null : names.GetValueOrDefault(other)))
            .ToList();

        // A state or parameter that is only a copy of something else computes nothing, but a reader must see it.
        foreach (var (name, next) in States.Append(new("parameter", Parameter)))
        {
            if (names.GetValueOrDefault(next) != $"{name}[t]")
            {
                equations.Add(new($"{name}[t]", next, names.GetValueOrDefault));
            }
        }

        return equations;
    }

    private static (SymbolicLane Parameter, State<SymbolicLane> State, Scalars<SymbolicLane>[] Scalars) Leaves(
        ElementwiseMethod method, MethodOptions options)
    {
        var active = method.ActiveStates(options);
        var state = default(State<SymbolicLane>);
        for (var i = 0; i < method.StateNames.Count; i++)
        {
            if ((active >> i & 1) != 0)
            {
                Slot(ref state, i) = SymbolicLane.Leaf($"{method.StateNames[i]}[t-1]");
            }
        }

        return (SymbolicLane.Leaf("parameter[t-1]"), state, method.SymbolicScalars(options));
    }

    private static void NameShared(List<Symbol> order, Dictionary<Symbol, int> uses, Dictionary<Symbol, string> names)
    {
        var taken = names.Values.Concat(order.Where(s => s.Kind == SymbolKind.Leaf).Select(s => s.Name!))
            .ToHashSet(StringComparer.Ordinal);
        var shared = 0;
        foreach (var symbol in order.Where(s => s.Kind is not (SymbolKind.Leaf or SymbolKind.Constant) && !names.ContainsKey(s)))
        {
            if (symbol.Name is { } name)
            {
                // Two values of one name, as when two parts of a chain choose the same word, must not look like one.
                var free = name;
                for (var i = 2; !taken.Add(free); i++)
                {
                    free = name + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                names[symbol] = free;
            }
            else if (uses[symbol] > 1)
            {
                names[symbol] = $"x{++shared}";
            }
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

    private static ref SymbolicLane Slot(ref State<SymbolicLane> state, int index) =>
        ref System.Runtime.CompilerServices.Unsafe.Add(ref state.Slot0, index);
}
