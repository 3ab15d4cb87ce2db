using System.Text;
using Nabla.Engine;

namespace Nabla.Core;

/// <summary>Writes the explanation of a method; its equations come from running the code on symbols.</summary>
internal static class MethodExplanation
{
    public static string Write(MethodDescriptor method, bool latex)
    {
        var text = new StringBuilder();
        text.AppendLine($"{method.Name}: {method.Title}");
        text.AppendLine($"paper: {method.Paper}");
        if (method.IsElementwise)
        {
            WriteRule(text, method, latex);
        }
        else
        {
            text.Append(method switch
            {
                { IsWrapper: true } => $"wraps another method: write {method.Name}(adamw), and inner.NAME for an option of the method inside\n",
                { IsAdapter: true } => $"kind: adapter, around a whole optimizer: write {method.Name}(adamw), and inner.NAME for an option of the method inside\n",
                { Whole: null } => $"kind: {method.Kind}\n",
                _ => string.Empty,
            });
            text.AppendLine().AppendLine(method switch
            {
                { IsWrapper: true } => "equations, for each element at step t",
                { IsAdapter: true } or { IsOptimizer: true, Whole: null } => "equations, at step t",
                { Whole: null } => "equations, for each round",
                _ => "equations, for each tensor at step t",
            });
            foreach (var equation in method.Equations())
            {
                text.AppendLine($"  {equation}");
            }
        }

        text.AppendLine().AppendLine("options");
        var letters = latex && method.IsElementwise ? LatexLetters(method) : [];
        foreach (var option in method.Options)
        {
            var letter = letters.TryGetValue(option.Name, out var known) ? $"   ${known}$" : string.Empty;
            text.AppendLine($"  {option.Name} = {OptionText.Write(option.Default)}{letter}   ({option.Range}) {option.Summary}");
        }

        if (method.IsElementwise)
        {
            WriteCost(text, method);
        }
        else if (method.IsWrapper)
        {
            text.AppendLine().AppendLine("numbers of a step");
            foreach (var scalar in method.OverAny.ScalarDefinitions)
            {
                text.AppendLine($"  {scalar.Name} = {scalar.Formula}");
            }

            text.AppendLine().AppendLine("cost of an element, in float32");
            text.AppendLine($"  state: {4 * method.OverAny.StateNames.Count} bytes a parameter beside that of the method inside");
        }
        else if (method.MethodKind == MethodKind.Adapter)
        {
            text.AppendLine().AppendLine("cost of an element, in float32");
            text.AppendLine($"  state: {method.StateBytes(method.NewOptions())} bytes a parameter");
        }
        else if (method.Whole is { } whole)
        {
            WriteCost(text, method, whole);
        }
        else
        {
            text.AppendLine().AppendLine("cost");
            text.AppendLine("  not counted by parameters: a procedure owns its loop, and its runs tell evaluations, seconds and memory");
        }

        text.AppendLine().AppendLine("departures");
        foreach (var departure in method.Departures.DefaultIfEmpty("none"))
        {
            text.AppendLine($"  {departure}");
        }

        return text.ToString();
    }

    private static void WriteRule(StringBuilder text, MethodDescriptor method, bool latex)
    {
        var defaults = method.NewOptions();
        text.AppendLine().AppendLine("equations, for each element at step t");
        WriteEquations(text, method, defaults, latex);
        foreach (var variant in method.Elementwise.Variants)
        {
            text.AppendLine().AppendLine($"with {Changes(method, variant)}");
            WriteEquations(text, method, variant, latex);
        }

        WriteSums(text, method, defaults);
        if (latex)
        {
            return;
        }

        text.AppendLine().AppendLine("numbers of a step");
        foreach (var scalar in method.Elementwise.ScalarDefinitions)
        {
            text.AppendLine($"  {scalar.Name} = {scalar.Formula}");
        }
    }

    private static void WriteEquations(StringBuilder text, MethodDescriptor method, MethodOptions options, bool latex)
    {
        if (!latex)
        {
            foreach (var equation in method.Equations(options))
            {
                text.AppendLine($"  {equation}");
            }

            return;
        }

        var lines = method.LatexEquations(options).Select(Aligned);
        text.AppendLine(@"\begin{align*}").AppendLine(string.Join(@" \\" + Environment.NewLine, lines)).AppendLine(@"\end{align*}");
    }

    /// <summary>The letters of the options that the default equations show.</summary>
    private static Dictionary<string, string> LatexLetters(MethodDescriptor method)
    {
        var defaults = method.NewOptions();
        var values = method.ValuesOf(defaults);
        return new LatexEquations(method.Elementwise, defaults, values).Letters()
            .Where(pair => values.ContainsKey(pair.Key)).ToDictionary(StringComparer.Ordinal);
    }

    private static void WriteSums(StringBuilder text, MethodDescriptor method, MethodOptions options)
    {
        var summands = RuleTrace.Summands(method.Elementwise, options);
        if (summands.Count == 0)
        {
            return;
        }

        text.AppendLine().AppendLine("sums before the update; each pass reads memory once more");
        for (var i = 0; i < summands.Count; i++)
        {
            var (name, scope, pass) = method.Elementwise.Reductions[i];
            var over = scope switch
            {
                ReductionScope.Tensor => "its tensor",
                ReductionScope.Group => "its group",
                _ => "all parameters of the method",
            };
            text.AppendLine($"  {name} = sum over {over} of {summands[i]}   (pass {pass + 1})");
        }
    }

    private static string Aligned(string line)
    {
        var sign = line.IndexOf(" = ", StringComparison.Ordinal);
        return $"  {line[..sign]} &{line[(sign + 1)..]}";
    }

    private static void WriteCost(StringBuilder text, MethodDescriptor method)
    {
        var defaults = method.NewOptions();
        text.AppendLine().AppendLine("cost of an element, in float32");
        WriteCost(text, method, defaults);
        foreach (var variant in method.Elementwise.Variants)
        {
            text.AppendLine($"  with {Changes(method, variant)}");
            WriteCost(text, method, variant);
        }
    }

    private static void WriteCost(StringBuilder text, MethodDescriptor method, TensorMethod rule)
    {
        text.AppendLine().AppendLine("cost, in float32");
        foreach (long[] shape in TypicalShapes(method))
        {
            var states = rule.States(method.NewOptions(), shape);
            var names = states.Count == 0
                ? string.Empty
                : $" ({string.Join(", ", states.Select(Written))})";
            text.AppendLine($"  state of a parameter of {string.Join('×', shape)}: {states.Sum(s => s.ByteCount(DType.Float32))} bytes{names}");
        }

        text.AppendLine("  runs on whole tensors through libtorch");
    }

    private static string Written(StateTensor state)
    {
        var shape = state.Shape.Length == 0 ? string.Empty : $" {string.Join('×', state.Shape)}";
        return $"{state.Name}{shape}{(state.Type is { } type ? $" {type}" : string.Empty)}";
    }

    // Shapes of roles that the method takes.
    private static IEnumerable<long[]> TypicalShapes(MethodDescriptor method)
    {
        if ((method.Roles & (ParameterRoles.Matrix | ParameterRoles.Embedding | ParameterRoles.Head)) != 0)
        {
            yield return [1024, 1024];
        }

        if ((method.Roles & ParameterRoles.Convolution) != 0 && method.Roles != ParameterRoles.Any)
        {
            yield return [256, 256, 3, 3];
        }

        if ((method.Roles & ParameterRoles.Vector) != 0)
        {
            yield return [1024];
        }
    }

    private static void WriteCost(StringBuilder text, MethodDescriptor method, MethodOptions options)
    {
        var active = method.Elementwise.ActiveStates(options);
        var names = method.StateNames.Where((_, i) => (active >> i & 1) != 0).ToArray();
        var listed = names.Length == 0 ? string.Empty : $" ({string.Join(", ", names)})";
        var bytes = method.StateBytes(options);
        text.AppendLine($"  state: {bytes} bytes a parameter{listed}");
        text.AppendLine($"  memory moved a step: {method.MovedBytes(options)} bytes "
            + $"({method.MovedBytes(options) - 4 - bytes} read, {4 + bytes} written{Passes(method, options)})");
        text.AppendLine($"  operations a step: {method.Trace(options).Operations}");
    }

    private static string Passes(MethodDescriptor method, MethodOptions options) => method.ReductionBytes(options) is > 0 and var bytes
        ? $"; {bytes} of those read in a pass before, for sums"
        : string.Empty;

    private static string Changes(MethodDescriptor method, MethodOptions variant)
    {
        var defaults = method.ValuesOf(method.NewOptions());
        return string.Join(", ", method.ValuesOf(variant).Where(pair => !pair.Value.Equals(defaults[pair.Key]))
            .Select(pair => $"{pair.Key}={OptionText.Write(pair.Value)}"));
    }
}
