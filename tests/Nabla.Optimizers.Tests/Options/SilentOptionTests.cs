using System.Reflection;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Tests.Options;

/// <summary>No option is ignored silently: alone, it changes the result or is refused with a sentence.</summary>
public sealed class SilentOptionTests
{
    private const int Steps = 120;

    public static TheoryData<string> Rules => Explanation.FormulaTests.Rules;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Option_ChangedAlone_ChangesTheResultOrIsRefused(string name)
    {
        var method = Core.Catalogue.Find(name);
        var plain = Run(method, (MethodOptions)Activator.CreateInstance(method.OptionsType)!);
        foreach (var property in method.OptionsType.GetProperties().Where(p => p.GetCustomAttribute<OptionAttribute>() is not null))
        {
            // A limit may be out of reach and a late switch after the last step, so one value with an effect is enough.
            var accepted = 0;
            var isHeard = false;
            foreach (var value in Others(property, Activator.CreateInstance(method.OptionsType)!))
            {
                var options = (MethodOptions)Activator.CreateInstance(method.OptionsType)!;
                property.SetValue(options, value);
                try
                {
                    options.ThrowIfInvalid();
                }
                catch (OptionException e)
                {
                    Assert.Contains("; it ", e.Message, StringComparison.Ordinal);
                    continue;
                }

                accepted++;
                isHeard |= !plain.SequenceEqual(Run(method, options));
            }

            // The start of averaging acts on the average, which is a state beside the parameter.
            isHeard |= (name, property.Name) == ("asgd", "T0");
            Assert.True(isHeard || accepted == 0, $"{name}: {property.Name} is accepted and changes nothing.");
        }
    }

    private static IEnumerable<object> Others(PropertyInfo property, object defaults)
    {
        var standard = property.GetValue(defaults)!;
        var option = property.GetCustomAttribute<OptionAttribute>()!;
        return standard switch
        {
            bool flag => [!flag],
            Enum => Enum.GetValues(property.PropertyType).Cast<object>().Where(v => !v.Equals(standard)),
            double number => new[] { number / 2, 0.3, 0.05, 2.5, 17 }.Where(v => v != number && option.Allows(v)).Cast<object>(),
            int number => new[] { number / 2, number + 1, 12 }.Where(v => v != number && option.Allows(v)).Cast<object>(),
            long number => new[] { number / 2, number + 1, 12 }.Where(v => v != number && option.Allows(v)).Cast<object>(),
            _ => [],
        };
    }

    private static double[] Run(MethodDescriptor method, MethodOptions options)
    {
        var stream = new RandomStream(Seed.From(41));

        // In the middle a steady slope, so that step sizes that grow with agreement reach their limits.
        double[] Gradient(int step) => step is >= 20 and < 60 ? [1, 0.5, -1, 2] : Draw();
        double[] Draw() => [.. Enumerable.Range(0, 4).Select(_ => stream.NextGaussian() + 0.2)];
        var settings = method.ValuesOf(options).ToDictionary(
            p => p.Key, p => Convert.ToString(p.Value, System.Globalization.CultureInfo.InvariantCulture)!);
        return
        [
            .. TraceRunner.Run(new TraceRequest
            {
                Optimizer = method.Name,
                Settings = settings.ToDictionary(s => s.Key, s => s.Value is "True" or "False" ? s.Value.ToLowerInvariant() : s.Value),
                Parameters = [new("x", [4], Draw())],
                Gradients = [.. Enumerable.Range(0, Steps).Select(i => new Dictionary<string, double[]> { ["x"] = Gradient(i) })],
                Losses = [.. Enumerable.Range(0, Steps).Select(i => 1.0 + (i % 3))],
            }).Parameters[^1]["x"],
        ];
    }
}
