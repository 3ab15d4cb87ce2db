using System.Reflection;

namespace Nabla.Core;

/// <summary>Finds and switches off the weight decay of any method by the name of its option.</summary>
internal static class WeightDecay
{
    private const string Name = "WeightDecay";

    /// <summary>How strong it is; null for a method without the option.</summary>
    public static double? Of(MethodOptions options) => options is WrappedOptions both
        ? Of(both.Inner)
        : Property(options)?.GetValue(options) as double?;

    /// <summary>The same options without weight decay; null when there is none to switch off.</summary>
    public static MethodOptions? Without(MethodOptions options)
    {
        if (Of(options) is null or 0)
        {
            return null;
        }

        if (options is WrappedOptions both)
        {
            return both with { Inner = Without(both.Inner)! };
        }

        var result = options.Copy();
        Property(result)!.SetValue(result, 0.0);

        // An option that only says how decay acts, such as its kind, is refused without it: it goes back to its default.
        var defaults = Activator.CreateInstance(options.GetType())!;
        for (var left = options.GetType().GetProperties().Length; ; left--)
        {
            try
            {
                result.ThrowIfInvalid();
                return result;
            }
            catch (OptionException e) when (left > 0 && e.ParamName is { } wrong && wrong != Name
                && options.GetType().GetProperty(wrong) is { CanWrite: true } property
                && !Equals(property.GetValue(result), property.GetValue(defaults)))
            {
                property.SetValue(result, property.GetValue(defaults));
            }
        }
    }

    private static PropertyInfo? Property(MethodOptions options) =>
        options.GetType().GetProperty(Name) is { CanWrite: true } property && property.PropertyType == typeof(double) ? property : null;
}
