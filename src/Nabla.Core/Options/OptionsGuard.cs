using System.Reflection;
using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>Checks options and throws a sentence that gives the option, its value, what is allowed and what to do.</summary>
public sealed class OptionsGuard
{
    private readonly MethodOptions _options;

    internal OptionsGuard(MethodOptions options) => _options = options;

    /// <summary>Requires a condition between options that ranges alone cannot say.</summary>
    /// <param name="condition">What must be true.</param>
    /// <param name="value">The value of the option at fault.</param>
    /// <param name="rule">What must hold, continuing "it ", such as "must be above 0 when Nesterov is set".</param>
    /// <param name="advice">What to do, a whole sentence.</param>
    /// <param name="name">The option at fault; filled in by the compiler.</param>
    /// <exception cref="OptionException">The condition is false.</exception>
    public OptionsGuard Require(
        bool condition,
        object value,
        string rule,
        string advice,
        [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!condition)
        {
            throw new OptionException($"{name} was {OptionText.Write(value)}; it {rule}. {advice}", name, value);
        }

        return this;
    }

    internal void CheckRanges()
    {
        foreach (var property in _options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetCustomAttribute<OptionAttribute>() is not { } option)
            {
                continue;
            }

            var value = property.GetValue(_options);
            var where = $"{_options.GetType().Name}.{property.Name}";
            if (value is Enum && !Enum.IsDefined(property.PropertyType, value))
            {
                throw new OptionException(
                    $"{property.Name} was {value}; it must be one of {string.Join(", ", Enum.GetNames(property.PropertyType))}. Set {where}.",
                    property.Name,
                    value);
            }

            var number = value switch
            {
                double d => d,
                int i => i,
                long l => l,
                _ => (double?)null,
            };
            if (number is { } given && !option.Allows(given))
            {
                var usual = option.Usual is null ? string.Empty : $", usually {option.Usual}";
                throw new OptionException(
                    $"{property.Name} was {OptionText.Write(value)}; it must {MustBe(option.Range())}. Set {where}{usual}.",
                    property.Name,
                    value);
            }
        }
    }

    private static string MustBe(string range) => range[0] is '[' or '(' ? $"lie in {range}" : $"be {range}";
}
