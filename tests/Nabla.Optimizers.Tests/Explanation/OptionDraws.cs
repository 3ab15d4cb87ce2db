using System.Reflection;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Testing;

namespace Nabla.Optimizers.Tests.Explanation;

/// <summary>Settings of a method: its defaults, its variants, those of its golden vectors, and seeded draws.</summary>
internal static class OptionDraws
{
    public static IEnumerable<MethodOptions> Of(MethodDescriptor method, int draws)
    {
        yield return method.CreateOptions(new Dictionary<string, string>());
        foreach (var variant in method.Elementwise.Variants)
        {
            yield return variant;
        }

        foreach (var vector in GoldenVector.Of(method.Name))
        {
            yield return method.CreateOptions(vector.Settings);
        }

        var stream = new RandomStream(Seed.From(17).Derive(method.Name));
        for (var i = 0; i < draws; i++)
        {
            yield return Draw(method, stream);
        }
    }

    /// <summary>Options within their ranges; draws that break a relation between options are drawn again.</summary>
    private static MethodOptions Draw(MethodDescriptor method, RandomStream stream)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var options = method.CreateOptions(new Dictionary<string, string>());
            foreach (var property in options.GetType().GetProperties())
            {
                if (property.GetCustomAttribute<OptionAttribute>() is { } option && stream.NextDouble() < 0.6)
                {
                    property.SetValue(options, Value(property, option, property.GetValue(options)!, stream));
                }
            }

            try
            {
                options.ThrowIfInvalid();
                return options;
            }
            catch (OptionException)
            {
                // Ranges hold; a relation between two options does not.
            }
        }

        throw new InvalidOperationException($"No draw of options of {method.Name} was allowed.");
    }

    private static object Value(PropertyInfo property, OptionAttribute option, object standard, RandomStream stream)
    {
        var u = stream.NextDouble();
        if (property.PropertyType == typeof(bool))
        {
            return u < 0.5;
        }

        if (property.PropertyType.IsEnum)
        {
            var values = Enum.GetValues(property.PropertyType);
            return values.GetValue((int)(u * values.Length))!;
        }

        if (property.PropertyType != typeof(double))
        {
            var least = Math.Max(option.Minimum, -3);
            var value = Math.Floor(least + (u * (Math.Min(option.Maximum, least + 10) - least)));
            return Convert.ChangeType(value, property.PropertyType, System.Globalization.CultureInfo.InvariantCulture);
        }

        var low = double.IsFinite(option.Minimum) ? option.Minimum : (double)standard - 1;
        var high = double.IsFinite(option.Maximum) ? option.Maximum : low + 0.1 + (2 * Math.Abs((double)standard));

        // Away from both ends, which may be excluded.
        return low + ((0.001 + (0.998 * u)) * (high - low));
    }
}
