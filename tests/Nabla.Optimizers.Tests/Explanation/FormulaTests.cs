using Nabla.Core;
using Nabla.Engine;
using Nabla.Testing;

namespace Nabla.Optimizers.Tests.Explanation;

/// <summary>The formulas that <c>nabla explain</c> prints say what the code computes.</summary>
public sealed class FormulaTests
{
    private static readonly long[] s_steps = [1, 2, 3, 10, 250, 100_000];

    public static TheoryData<string> Rules => [.. Core.Catalogue.Methods.Where(m => m.IsElementwise).Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Formula_OfEveryScalar_IsWhatPrepareComputes(string name)
    {
        var method = Core.Catalogue.Find(name);
        foreach (var options in OptionDraws.Of(method, 60))
        {
            Check(
                $"{name} with {options}",
                method.ValuesOf(options),
                method.Elementwise.ScalarDefinitions,
                method.Elementwise.Reductions,
                (StepContext context, Span<double> scalars) => method.Elementwise.Prepare(options, context, scalars));
        }
    }

    [Fact]
    public void Formula_OfEveryPartOfAChain_IsWhatPrepareComputes()
    {
        double[] rates = [0.25, 1.5, 40];
        foreach (var limit in rates)
        {
            CheckPart<ClipByNorm, ClipByNormOptions>(new() { Limit = limit }, new() { ["limit"] = limit });
            CheckPart<ClipByValue, ClipByValueOptions>(new() { Limit = limit }, new() { ["limit"] = limit });
            CheckPart<DecoupledDecay, DecoupledDecayOptions>(new() { Rate = limit / 50 }, new() { ["rate"] = limit / 50 });
        }
    }

    [Theory]
    [InlineData("1 + 2 * 3 ^ 2 ^ 0.5", 1 + (2 * 4.728804387837416))]
    [InlineData("-a ^ 2", -9.0)]
    [InlineData("2 - 3 - 4", -5.0)]
    [InlineData("8 / 4 / 2", 1.0)]
    [InlineData("kind == two-words ? a : 0", 3.0)]
    [InlineData("kind != twoWords ? 1e-3 : flag", 1.0)]
    [InlineData("a > 2 && !1 == 0 ? 1 : 2", null)]
    [InlineData("a >= 3 && a < 4 || a == 7 ? min(a, 2, 1) : 5", 1.0)]
    [InlineData("max(sqrt(16), abs(-5)) + log(exp(1)) + pow(2, 3)", 14.0)]
    [InlineData("a ? a > 5 ? 1 : 2 : 3", 2.0)]
    [InlineData("(1 + a", null)]
    [InlineData("1 - beta1, times -1", null)]
    [InlineData("tan(a)", null)]
    public void Formula_Text_IsReadAsArithmeticReadsIt(string text, double? expected)
    {
        if (expected is not { } value)
        {
            Assert.Contains(text, Assert.Throws<FormatException>(() => FormulaParser.Parse(text)).Message, StringComparison.Ordinal);
            return;
        }

        var names = new Dictionary<string, object> { ["a"] = 3.0, ["flag"] = true, ["kind"] = "two-words" };
        var formula = FormulaParser.Parse(text);
        Assert.Equal(value, FormulaValue.Of(formula, name => names[name]), 1e-12);
        Assert.Equal(value, FormulaValue.Of(FormulaSimplifier.Simplify(formula), name => names[name]), 1e-12);
        Assert.Equal(value, FormulaValue.Of(FormulaSimplifier.Decide(formula, names), name => names[name]), 1e-12);
    }

    private delegate void Preparation(StepContext context, Span<double> scalars);

    private static void CheckPart<TPart, TOptions>(TOptions options, Dictionary<string, object> values)
        where TPart : struct, IElementwisePart<TOptions>
        where TOptions : MethodOptions =>
        Check(
            typeof(TPart).Name,
            values,
            TPart.ScalarDefinitions,
            TPart.Reductions,
            (StepContext context, Span<double> scalars) => TPart.Prepare(options, context, scalars));

    private static void Check(
        string where,
        IReadOnlyDictionary<string, object> options,
        IReadOnlyList<ScalarDefinition> definitions,
        IReadOnlyList<Reduction> reductions,
        Preparation prepare)
    {
        var stream = new RandomStream(Seed.From(23));
        foreach (var step in s_steps)
        {
            var sums = reductions.Select(_ => Math.Abs(stream.NextGaussian()) * step).ToArray();
            var loss = 1 + stream.NextDouble();
            var scalars = new double[definitions.Count];
            prepare(new StepContext(step, loss, sums), scalars);
            var known = new Dictionary<string, object>(options) { ["t"] = step, ["loss"] = loss };
            for (var i = 0; i < sums.Length; i++)
            {
                known[reductions[i].Name] = sums[i];
            }

            for (var i = 0; i < scalars.Length; i++)
            {
                var value = FormulaValue.Of(FormulaParser.Parse(definitions[i].Formula), name => known.TryGetValue(name, out var found)
                    ? found
                    : throw new InvalidOperationException($"{where}: the formula of '{definitions[i].Name}' names '{name}', which is nothing."));
                Assert.True(
                    Tolerance.Close(value, scalars[i], Tolerance.Double) || value.Equals(scalars[i]),
                    $"{where}, step {step}: {definitions[i].Name} is {scalars[i]:R}, its formula '{definitions[i].Formula}' gives {value:R}.");

                // What follows is compared with its own formula, not with the rounding of this one.
                known[definitions[i].Name] = scalars[i];
            }
        }
    }
}
