using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Tests.Explanation;

/// <summary>The equations that <c>nabla explain</c> prints, computed at random points, are the step that the code makes.</summary>
public sealed class TraceTests
{
    private const int Elements = 6;
    private const int Steps = 6;

    public static TheoryData<string> Rules => FormulaTests.Rules;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Trace_AtRandomPoints_IsTheStepOfTheCode(string name)
    {
        var method = Core.Catalogue.Find(name);
        foreach (var options in OptionDraws.Of(method, 20))
        {
            var trace = method.Trace(options);
            var latex = new LatexEquations(method.Elementwise, options, method.ValuesOf(options));
            Walk(method.Elementwise, options, (before, after, known) =>
            {
                var symbols = new SymbolValues(known);
                Assert.Equal(after["parameter"], symbols.Of(trace.Parameter), 1e-12 * Scale(after["parameter"]));
                foreach (var (state, value) in trace.States)
                {
                    Assert.Equal(after[state], symbols.Of(value), 1e-12 * Scale(after[state]));
                }

                // What LaTeX shows is simplified, so rounding may differ, and squares of small differences with it.
                var values = new Dictionary<string, object>(method.ValuesOf(options));
                foreach (var (key, value) in known)
                {
                    // A scalar that LaTeX still names has no option's name, or one with a prime.
                    values[values.ContainsKey(key) && method.ValuesOf(options).ContainsKey(key) ? $"{key}'" : key] = value;
                }

                foreach (var (line, formula) in latex.Equations)
                {
                    values[line] = FormulaValue.Of(formula, n => values[n]);
                }

                Assert.Equal(after["parameter"], (double)values["parameter[t]"], 1e-9 * Scale(after["parameter"]));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Latex_OfEveryMethod_IsBalancedAndNamesNothingRaw(string name)
    {
        var method = Core.Catalogue.Find(name);
        foreach (var options in OptionDraws.Of(method, 5))
        {
            var lines = method.LatexEquations(options);
            Assert.Contains(lines, line => line.StartsWith(@"\theta_{t} = ", StringComparison.Ordinal));
            foreach (var line in lines)
            {
                Assert.Equal(line.Count(c => c == '{'), line.Count(c => c == '}'));
                Assert.Equal(Occurrences(line, @"\left"), Occurrences(line, @"\right"));
                Assert.DoesNotContain('[', line);

                // Two letters side by side outside a command or a word's \mathrm would read as a product.
                Assert.DoesNotMatch(@"(?<![\\a-zA-Z])[a-zA-Z]{2,}", System.Text.RegularExpressions.Regex.Replace(
                    line, @"\\(mathrm|text|begin|end|operatorname)\{[^}]*\}", " "));
            }
        }
    }

    [Fact]
    public void Latex_OfAdamW_ReadsAsThePaper() => Assert.Equal(
        [
            @"g_{t} = \nabla f_{t}\left(\theta_{t-1}\right)",
            @"m_{t} = \beta_{1} \, m_{t-1} + \left(1 - \beta_{1}\right) \, g_{t}",
            @"v_{t} = \beta_{2} \, v_{t-1} + \left(1 - \beta_{2}\right) \, g_{t}^{2}",
            @"\theta_{t} = \theta_{t-1} - \left(\eta \, \lambda \, \theta_{t-1} + \frac{\eta}{1 - \beta_{1}^{t}} \, "
                + @"\frac{m_{t}}{\sqrt{\frac{v_{t}}{1 - \beta_{2}^{t}}} + \epsilon}\right)",
        ],
        Core.Catalogue.Find("adamw").LatexEquations());

    [Fact]
    public void Latex_NamesWithSpecialLetters_AreEscapedAndDistinct()
    {
        var names = new LatexNames(["z"], ["a_b", "50%", "beta1", "weightDecay", "lambda"], "g_{t}");
        Assert.Equal(@"\mathrm{a\_b}", names["a_b"]);
        Assert.Equal(@"\mathrm{50\%}", names["50%"]);
        Assert.Equal(@"\beta_{1}", names["beta1"]);
        Assert.Equal(@"\lambda", names["weightDecay"]);
        Assert.Equal(@"\mathrm{lambda}", names["lambda"]);
        Assert.Equal("m_{t-1}", names["m[t-1]"]);
        Assert.Equal(@"\mathrm{buffer}_{t}", names["buffer[t]"]);
        Assert.Equal("z_{t}", names["z"]);
    }

    [Fact]
    public void Operations_OfKnownRules_AreCounted()
    {
        var sgd = Core.Catalogue.Find("sgd").Trace().Operations;
        Assert.Equal(new OperationCount(2, 3, 0, 0, 0), sgd);
        Assert.Equal("2 additions, 3 multiplications", sgd.ToString());
        var adamw = Core.Catalogue.Find("adamw").Trace().Operations;
        Assert.Equal(new OperationCount(5, 8, 1, 1, 0), adamw);
        Assert.Equal(15, adamw.Total);
    }

    [Fact]
    public void Explain_Text_ShowsCostOfEveryVariant()
    {
        var text = Core.Catalogue.Find("sgd").Explain();
        Assert.Contains("  state: 0 bytes a parameter" + Environment.NewLine, text, StringComparison.Ordinal);
        Assert.Contains("  with momentum=0.9" + Environment.NewLine + "  state: 4 bytes a parameter (buffer)", text, StringComparison.Ordinal);
        Assert.Contains("  operations a step: 2 additions, 3 multiplications", text, StringComparison.Ordinal);
        Assert.Contains(@"\begin{align*}", Core.Catalogue.Find("sgd").Explain(latex: true), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Explain_OfARuleWithReductions_ShowsTheirSummands(string name)
    {
        var method = Core.Catalogue.Find(name);
        var text = method.Explain();
        Assert.All(method.Elementwise.Reductions, r => Assert.Contains($"  {r.Name} = sum over ", text, StringComparison.Ordinal));
        Assert.Equal(method.Elementwise.Reductions.Count > 0, text.Contains("sums before the update", StringComparison.Ordinal));
    }

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    private static double Scale(double value) => Math.Max(1, Math.Abs(value));

    /// <summary>Runs the double lane and shows each element before and after each step.</summary>
    private static void Walk(
        ElementwiseMethod method,
        MethodOptions options,
        Action<Dictionary<string, double>, Dictionary<string, double>, Dictionary<string, double>> check)
    {
        var stream = new RandomStream(Seed.From(29));
        var parameter = GC.AllocateArray<double>(Elements, pinned: true);
        var gradient = GC.AllocateArray<double>(Elements, pinned: true);
        var states = method.StateNames.Select(_ => GC.AllocateArray<double>(Elements, pinned: true)).ToArray();
        var work = new TensorWork(method, 0)
        {
            Lane = LaneKind.Double,
            Length = Elements,
            Options = options,
            Active = method.ActiveStates(options),
            Parameter = Address(parameter),
            Gradient = Address(gradient),
        };
        for (var i = 0; i < states.Length; i++)
        {
            work.States[i] = Address(states[i]);
        }

        Fill(parameter, stream);
        for (work.Step = 1; work.Step <= Steps; work.Step++)
        {
            Fill(gradient, stream);
            for (var r = 0; r < work.Reductions.Length; r++)
            {
                work.Reductions[r] = method.Kernel.Reduce(work, r, 0, Elements);
            }

            method.PrepareStep(work, 1 + stream.NextDouble());
            var before = Enumerable.Range(0, Elements).Select(i => Values(method, i, parameter, states)).ToArray();
            method.Kernel.Update(work, 0, Elements);
            for (var i = 0; i < Elements; i++)
            {
                var known = before[i].ToDictionary(p => $"{p.Key}[t-1]", p => p.Value);
                known["gradient"] = gradient[i];
                known["t"] = work.Step;
                for (var s = 0; s < method.ScalarDefinitions.Count; s++)
                {
                    known[method.ScalarDefinitions[s].Name] = work.Scalars[s];
                }

                check(before[i], Values(method, i, parameter, states), known);
            }
        }

        GC.KeepAlive(states);
    }

    private static Dictionary<string, double> Values(ElementwiseMethod method, int i, double[] parameter, double[][] states)
    {
        var values = new Dictionary<string, double> { ["parameter"] = parameter[i] };
        for (var s = 0; s < states.Length; s++)
        {
            values[method.StateNames[s]] = states[s][i];
        }

        return values;
    }

    private static void Fill(double[] values, RandomStream stream)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = stream.NextGaussian() + 0.1;
        }
    }

    private static unsafe nint Address(double[] pinned) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
