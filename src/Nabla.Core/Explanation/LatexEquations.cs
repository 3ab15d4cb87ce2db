namespace Nabla.Core;

/// <summary>
/// The traced equations of a rule as LaTeX lines. Short scalars stand in the equations as their formulas; conditions that
/// options decide are decided, so that a line reads as the paper's does.
/// </summary>
internal sealed class LatexEquations
{
    /// <summary>The greatest formula that is written in place: <c>a / (1 - b^t)</c> has this size.</summary>
    private const int InlineSize = 7;

    private const string Gradient = @"\nabla f_{t}\left(\theta_{t-1}\right)";

    // What stands for a scalar: its formula, or a name of its own.
    private readonly Dictionary<string, Formula> _scalars = new(StringComparer.Ordinal);
    private readonly HashSet<string> _timed = new(StringComparer.Ordinal) { "loss" };

    public LatexEquations(ElementwiseMethod method, MethodOptions options, IReadOnlyDictionary<string, object> values)
    {
        var named = new List<(string Name, Formula Formula)>();
        _timed.UnionWith(method.Reductions.Select(r => r.Name));
        foreach (var (name, text) in method.ScalarDefinitions)
        {
            var formula = Substitute(FormulaSimplifier.Decide(FormulaParser.Parse(text), values));
            if (formula.Size() <= InlineSize && !formula.Has(part => part is Formula.Choice))
            {
                _scalars[name] = formula;
                continue;
            }

            var key = values.ContainsKey(name) ? $"{name}'" : name;
            _scalars[name] = new Formula.Name(key);
            named.Add((key, formula));
            if (formula.Names().Any(n => n == "t" || _timed.Contains(n)))
            {
                _timed.Add(key);
            }
        }

        Equations = [.. RuleTrace.Of(method, options).Equations().Select(e => (e.Name, Substitute(e.Formula)))];
        var used = Equations.SelectMany(e => e.Formula.Names()).ToHashSet(StringComparer.Ordinal);
        for (var i = named.Count - 1; i >= 0; i--)
        {
            if (used.Contains(named[i].Name))
            {
                used.UnionWith(named[i].Formula.Names());
            }
        }

        Where = [.. named.Where(n => used.Contains(n.Name))];
    }

    /// <summary>The equations in order, over names.</summary>
    public IReadOnlyList<(string Name, Formula Formula)> Equations { get; }

    /// <summary>The scalars that the equations still name.</summary>
    public IReadOnlyList<(string Name, Formula Formula)> Where { get; }

    /// <summary>One line an equation, ready for math mode.</summary>
    public IReadOnlyList<string> Lines()
    {
        var (names, isFree) = Names();
        var writer = new LatexWriter(name => names[name]);
        var lines = Equations.Concat(Where).Select(e => $"{names[e.Name]} = {writer.Write(e.Formula)}");
        return isFree ? [$"g_{{t}} = {Gradient}", .. lines] : [.. lines];
    }

    /// <summary>The LaTeX of every name in the equations.</summary>
    public IReadOnlyDictionary<string, string> Letters()
    {
        var names = Names().Names;
        return AllNames().Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => names[name], StringComparer.Ordinal);
    }

    private IEnumerable<string> AllNames() => Equations.Concat(Where).SelectMany(e => e.Formula.Names());

    // The gradient is g unless the equations call something of their own g, as with weight decay added to it.
    private (LatexNames Names, bool IsFree) Names()
    {
        string[] quantities = [.. Equations.Select(e => e.Name).Where(n => !n.EndsWith(']')), .. _timed];
        var isFree = Equations.All(e => e.Name is not ("g" or "g[t]"));
        return (new LatexNames(quantities, AllNames().Except(quantities), isFree ? "g_{t}" : Gradient), isFree);
    }

    private Formula Substitute(Formula formula) => FormulaSimplifier.Simplify(
        formula.Map(part => part is Formula.Name(var name) && _scalars.TryGetValue(name, out var other) ? other : part));
}
